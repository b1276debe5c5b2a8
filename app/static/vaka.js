// What pages gain when scripts run. Every page works without; nothing here decides or keeps anything.
(() => {
  "use strict";
  document.documentElement.classList.add("js");

  // Say a sentence to screen readers. Emptied first, so that the same sentence is heard twice.
  const say = (sentence) => {
    const status = document.getElementById("sr-status");
    if (!status) return;
    status.textContent = "";
    setTimeout(() => { status.textContent = sentence; }, 50);
  };

  // Focus what the person must read first: the error summary, or else the heading of a new page.
  const focusOn = (place, selector) => {
    const found = place.querySelector(selector);
    if (!found) return;
    if (!found.hasAttribute("tabindex")) found.setAttribute("tabindex", "-1");
    found.focus();
  };
  focusOn(document, ".ds-error-summary");

  // htmx: busy while it waits; afterwards focus follows what the person did, never a poll.
  document.addEventListener("htmx:before:request", ({ detail }) => detail.ctx.target?.setAttribute?.("aria-busy", "true"));
  document.addEventListener("htmx:finally:request", ({ detail }) => detail.ctx.target?.removeAttribute?.("aria-busy"));
  document.addEventListener("htmx:after:swap", ({ detail }) => {
    const { target, sourceEvent } = detail.ctx;
    if (!target?.isConnected || !["submit", "click"].includes(sourceEvent?.type)) return;
    focusOn(target, ".ds-error-summary, h1");
  });

  // An error link leads to the field and its question, not only to the top of the field.
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".ds-error-summary a");
    const field = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!field) return;
    event.preventDefault();
    (field.closest(".q") ?? field).scrollIntoView();
    field.focus({ preventScroll: true });
  });

  // <button data-copy="#id" data-said="Copied">: the text of an element, or the value of a field.
  const textOf = (selector) => {
    const place = document.querySelector(selector);
    return (place?.value ?? place?.textContent ?? "").trim();
  };
  const markForHand = (selector) => getSelection()?.selectAllChildren(document.querySelector(selector));
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    try {
      await navigator.clipboard.writeText(textOf(button.dataset.copy));
    } catch {
      markForHand(button.dataset.copy);
      if (!document.execCommand("copy")) return;
    }
    show(button, button.dataset.said);
  });

  // The button itself says what happened, for a while; the status line says it aloud.
  const show = (button, sentence) => {
    if (!sentence) return;
    say(sentence);
    button.dataset.now = sentence;
    setTimeout(() => { delete button.dataset.now; }, 4000);
  };

  // <button data-save="#id" data-name="vaka-code.txt">: the same text as a file.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-save]");
    if (!button) return;
    const address = URL.createObjectURL(new Blob([textOf(button.dataset.save)], { type: "text/plain" }));
    Object.assign(document.createElement("a"), { href: address, download: button.dataset.name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
    show(button, button.dataset.said);
  });

  // <button data-print>; and paper has no folds.
  document.addEventListener("click", (event) => { if (event.target.closest("[data-print]")) print(); });
  let unfolded = [];
  addEventListener("beforeprint", () => {
    unfolded = [...document.querySelectorAll("main details:not([open])")];
    unfolded.forEach((fold) => { fold.open = true; });
  });
  addEventListener("afterprint", () => unfolded.forEach((fold) => { fold.open = false; }));

  // Escape closes the menu and gives focus back to its button.
  document.addEventListener("keydown", (event) => {
    const menu = document.querySelector(".topbar details[open]");
    if (event.key !== "Escape" || !menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  // Clocks count on by themselves, in minutes, from the server's time; silent but for a sentence at a few marks.
  const opened = [Date.now(), performance.now()];
  const passed = () => Math.max(Date.now() - opened[0], performance.now() - opened[1]) / 1000;
  const MARKS = [48, 24, 12, 6, 2, 0].map((hours) => hours * 3600);
  const levelAt = (left) => (left < 0 ? "late" : left < 21600 ? "crit" : left <= 86400 ? "soon" : "calm");
  const inWords = (left) => {
    const minutes = Math.floor(Math.abs(left) / 60);
    const rest = String(minutes % 60).padStart(2, "0");
    return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${rest} min`;
  };
  const redraw = (clock, level) => {
    const drawn = document.querySelector("template.clock-levels")?.content.querySelector(`[data-level=${level}]`);
    clock.dataset.level = level;
    clock.querySelector(".i")?.replaceWith(drawn.querySelector(".i").cloneNode(true));
    const word = clock.querySelector("b .ds-sr-only");
    if (word) word.textContent = `${drawn.dataset.word}: `;
  };
  const countOn = (clock) => {
    const left = Number(clock.dataset.left) - passed();
    const words = clock.querySelector(".left");
    const text = (left < 0 ? clock.dataset.lateText : clock.dataset.leftText).replace("{span}", inWords(left));
    if (words.textContent === text) return;
    words.textContent = text;
    if (clock.dataset.level !== levelAt(left)) redraw(clock, levelAt(left));
    const before = Number(clock.dataset.said ?? clock.dataset.left);
    if (clock.matches("[role=timer]") && MARKS.some((mark) => left <= mark && before > mark)) say(clock.querySelector("b").textContent);
    clock.dataset.said = left;
  };
  setInterval(() => document.querySelectorAll(".clock[data-left]").forEach(countOn), 5000);

  // A warning before the idle end; one press stays signed in. Any answer from the server starts the wait anew.
  let waiting;
  const waitAgain = () => {
    const idle = document.getElementById("idle");
    clearTimeout(waiting);
    if (!idle) return;
    idle.hidden = true;
    waiting = setTimeout(() => {
      idle.hidden = false;
      say(idle.querySelector("h2").textContent);
    }, Number(idle.dataset.after) * 1000);
  };
  waitAgain();
  document.addEventListener("htmx:after:request", waitAgain);

  // keep.js asks for a sentence, and says that another page has taken the place of this one.
  document.addEventListener("vaka:say", ({ detail }) => say(detail));
  document.addEventListener("vaka:shown", () => {
    focusOn(document, document.querySelector(".ds-error-summary") ? ".ds-error-summary" : "h1");
    waitAgain();
  });
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-stay]");
    if (button && (await fetch(button.dataset.stay, { method: "POST" })).ok) waitAgain();
  });
})();

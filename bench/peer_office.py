"""The yardstick: django-post-office on SQLite, one process, the same letters. Run by the interpreter of its own venv:

`peer_office.py fill FOLDER` queues what stands in FOLDER/letters.jsonl; `peer_office.py send FOLDER PORT` queues it
once more as if nothing had been sent, hands it over, and tells as JSON how many mails in how many seconds.
"""

import json
import sys
import time
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command

DURABLE = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"


def main(what: str, folder: Path, port: int) -> None:
    settings.configure(
        INSTALLED_APPS=["django.contrib.contenttypes", "post_office"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": folder / "post_office.db",
                               "OPTIONS": {"init_command": DURABLE}}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        EMAIL_BACKEND="post_office.EmailBackend",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=port,
        POST_OFFICE={"BATCH_SIZE": 500, "MAX_RETRIES": 0},
        USE_TZ=True,
    )  # fmt: skip
    django.setup()
    fill(folder) if what == "fill" else send()


def fill(folder: Path) -> None:
    from post_office.models import PRIORITY, STATUS, Email

    call_command("migrate", verbosity=0)
    letters = map(json.loads, (folder / "letters.jsonl").read_text("utf-8").splitlines())
    Email.objects.bulk_create(
        [Email(from_email="vaka@nordhamn.example", to=[one["to"]], subject=one["subject"], message=one["text"],
               html_message=one["html"], status=STATUS.queued, priority=PRIORITY.medium) for one in letters],
        batch_size=500,
    )  # fmt: skip


def send() -> None:
    from post_office.mail import get_queued, send_queued
    from post_office.models import STATUS, Email, Log

    Email.objects.update(status=STATUS.queued)
    Log.objects.all().delete()
    started, sent = time.perf_counter(), 0
    while get_queued().exists():
        sent += send_queued(processes=1)[0]
    print(json.dumps({"sent": sent, "seconds": time.perf_counter() - started}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 25)

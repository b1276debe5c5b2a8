"""The command `vaka`. Each command lives in `app/commands/` and is imported only when it is called.

Exit codes: 0 done, 1 the check failed or the answer is "no", 2 the input is wrong, 3 something needed is missing.
"""

from importlib import import_module

import click

COMMANDS = {
    "serve": "serve",
    "migrate": "serve",
    "check": "check",
    "work": "work",
    "user": "user",
    "demo": "demo",
    "incidents": "incidents",
    "mailing": "mailing",
    "key": "key",
    "backup": "backup",
    "restore": "backup",
    "drill": "backup",
    "log": "log",
    "clock": "clock",
    "assess": "assess",
    "classify": "classify",
    "causes": "causes",
}


class Lazy(click.Group):
    """A group whose commands are imported when they are used, so that `vaka log verify` loads no web framework."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"app.commands.{COMMANDS[cmd_name]}"), cmd_name)
        return command


@click.group(cls=Lazy)
def vaka() -> None:
    """Vaka keeps watch over personal data breaches: reports, deadlines, notices, letters, and a log to trust."""


def main() -> None:
    """Run a command; a wrong setting, card or regime is one sentence on standard error and exit code 2."""
    from core.catalogue import WrongCard
    from core.settings import WrongSettings
    from incidents.clock import WrongRegime

    try:
        vaka()
    except (WrongSettings, WrongCard, WrongRegime) as wrong:
        click.echo(str(wrong), err=True)
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()

"""Lists of people who do not exist, as a company would export them: most with an address, some without."""

import csv
import io

from notifications.letters.columns import Column

GIVEN = ("Alva", "Björn", "Cecilia", "David", "Elin", "Farid", "Göran", "Hanna", "Ivar", "Jasmin",
         "Kerstin", "Love", "Maja", "Nils", "Olga", "Pia", "Rasmus", "Stina", "Tove", "Åke")  # fmt: skip
FAMILY = ("Almgren", "Björkman", "Cederholm", "Dahlin", "Edvall", "Forsell", "Granqvist", "Hjelm", "Isaksson", "Junker",
          "Kronvall", "Ljungdal", "Morell", "Nordgård", "Ovander", "Palmryd", "Qvarnlöf", "Rosvall", "Stålnacke",
          "Tengblad", "Uddevik", "Vallmark", "Wiström", "Ygberg", "Zetterdal", "Åslund", "Älvkvist", "Örtholm",
          "Mårdh")  # fmt: skip
PLAIN = str.maketrans("åäöé", "aaoe")
HEADINGS = ("Namn", "E-post", "Postadress", "Språk", "Skyddad identitet", "Kundnummer")
COLUMNS = (Column.NAME, Column.EMAIL, Column.ADDRESS, Column.LANGUAGE, Column.PROTECTED, Column.REF)
NO_ADDRESS, FOREIGN, PROTECTED = 13, 6, 41


def list_of(count: int) -> bytes:
    """A CSV of so many people, each name once."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(HEADINGS)
    rows.writerows(_row(number) for number in range(count))
    return text.getvalue().encode()


def _row(number: int) -> tuple[str, ...]:
    given = GIVEN[number % len(GIVEN)]
    family = FAMILY[(number // len(GIVEN) + number) % len(FAMILY)]
    email = f"{given}.{family}@kund.example".lower().translate(PLAIN)
    return (
        f"{given} {family}",
        "" if number % NO_ADDRESS == NO_ADDRESS - 1 else email,
        f"Exempelgatan {number + 1}, 400 00 Nordhamn",
        "en" if number % FOREIGN == FOREIGN - 1 else "sv",
        "ja" if number % PROTECTED == PROTECTED - 1 else "",
        f"K{number + 1001}",
    )

"""Small numbers as words, for the head of a finding; above twenty digits stay. Pure."""

WORDS = {
    "sv": ("noll", "en", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv", "tretton",
           "fjorton", "femton", "sexton", "sjutton", "arton", "nitton", "tjugo"),
    "en": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
           "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
}  # fmt: skip


def in_words(number: int, lang: str) -> str:
    """Up to twenty in words, in Swedish of the common gender; above that in digits."""
    known = WORDS[lang]
    return known[number] if 0 <= number < len(known) else str(number)


def beginning(number: int, lang: str) -> str:
    """The same with a capital, for the start of a sentence; nothing is "none"."""
    if not number:
        return {"sv": "Ingen", "en": "None"}[lang]
    return in_words(number, lang).capitalize()

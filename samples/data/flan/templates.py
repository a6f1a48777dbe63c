"""Patterns of two small tasks, in the form of FLAN's templates."""

# pylint: disable=implicit-str-concat

PATTERNS = {
    "shed_advice": [
        ("Finish this advice for the shed: {start}", "{end}"),
        ("{start} ...\n\nHow does this tip go on?", "{end}"),
        ("An old hand starts to say \"{start}\". "
         "What are the words that follow?", "{end}"),
    ],
    "what_happens_next": [
        ("{event}\n\nWhat happens next?\n\n{options_}", "{answer}"),
        ("""Here is the start of a story:

{event}

{options_}
Choose how it goes on.""", "{answer}"),
        ('{event} Then:\n{options_}', '{answer}'),
    ],
}

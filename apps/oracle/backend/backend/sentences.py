"""What the oracle says beside the date. In each table the last line that is reached counts."""

YEARS_LEFT: dict[int, tuple[str, ...]] = {
    0: (
        "The stars say: eat the dessert first.",
        "Do not buy green bananas.",
        "Leave the washing-up. History will forgive you.",
        "Now would be a good time to tell them where the biscuits are.",
        "You will be late for your next dentist's appointment. Very late.",
    ),
    3: (
        "Renew your library card, but read quickly.",
        "A five-year warranty is money thrown away.",
        "You will finally find the lid that fits that box. Then rest.",
        "The cat has already made arrangements.",
        "Skip the small print. You have better things to do.",
    ),
    10: (
        "In a duel over the last slice of pizza, fought with breadsticks.",
        "You will laugh at your own joke, and it will have been worth it.",
        "Your last words will be “Hold my tea”.",
        "You will be found asleep over a book that was overdue anyway.",
        "A garden gnome will be involved, and nobody will ever learn how.",
    ),
    30: (
        "You will outlive three sofas and every phone that you were told to protect with a case.",
        "Of boredom, in a meeting that could have been an e-mail.",
        "You will reach the end of the internet, and sigh.",
        "Dancing at a wedding to which you were not invited.",
        "There is time to learn the accordion. Your neighbours hope that you will not.",
    ),
    60: (
        "You will see your favourite band's ninth farewell tour.",
        "Your houseplants are the ones who should worry.",
        "You will still be waiting for that parcel.",
        "Your great-grandchildren will ask what a password was.",
        "At the very moment when you have got the hang of it.",
    ),
}

AGE: dict[int, tuple[str, ...]] = {
    0: (
        "There will be time for homework. There always is.",
        "You will stay up past your bedtime more than eleven thousand times.",
        "You will step on every toy brick that you ever left lying about.",
    ),
    18: (
        "The gym will remember you mostly for your payments.",
        "You will have read one set of terms and conditions. Nobody will believe you.",
        "Your unread messages will be put in a museum.",
    ),
    65: (
        "You will win the argument about the thermostat.",
        "Your recipe for soup will be taken seriously at last.",
        "You will keep the good biscuits hidden to the end.",
    ),
    100: (
        "By now the oracle asks you.",
        "The candles will need a permit.",
        "You will beat the doctor at cards once more.",
    ),
}

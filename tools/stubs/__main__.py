"""Write type stubs of the providers' SDKs to `typings/`, only of what the program uses of them: `python -m tools.stubs`.

mypy cannot read the SDKs themselves: it would take 20 GB of memory. The stubs come from the source text of the installed SDKs. An
input that the program gives as a dict literal has the type of its keys; any other nested input may be any mapping.
"""

import shutil

from tools.stubs.render import FOLDER, stubs


def main() -> None:
    """Rewrite the folder of the stubs."""
    texts = stubs()
    shutil.rmtree(FOLDER, ignore_errors=True)
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


if __name__ == "__main__":
    main()

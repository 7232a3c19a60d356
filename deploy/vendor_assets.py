"""Make static/vendor/ and tests/vendor/ from npm packages, pinned by version and integrity in vendor.json.

Usage: python deploy/vendor_assets.py      (needs npm, and fonttools and brotli from requirements-dev.txt)

What it makes is committed, so nobody needs it to run the program; it is run to move to another version.
Fonts are cut to the letters of the languages that the platform is used in; whatever letter is missing is drawn
by the system's own font.
"""

import base64
import hashlib
import io
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

ROOT = Path(__file__).parents[1]
PINS = Path(__file__).with_name("vendor.json")
LETTERS = {
    "latin": [*range(0x20, 0x7F), *range(0xA0, 0x100), 0x152, 0x153, 0x178, *map(ord, "–—‘’“”…•€−×")],
    # Hausa, Yoruba, Igbo, Turkish, Romanian, the languages of central Europe, and the naira
    "more latin": [
        *range(0x100, 0x180), *map(ord, "ƁɓƊɗƘƙƳƴẸẹỌọṢṣỊịỤụṄṅȘșȚțẠạ₦"), 0x300, 0x301, 0x303, 0x304, 0x323,
    ],
    # Arabic, Farsi, Pashto, Urdu
    "arabic": [
        0x60C, 0x61B, 0x61F, 0x640, *range(0x621, 0x63B), *range(0x641, 0x653), *range(0x660, 0x66D), 0x670, 0x67E,
        0x686, 0x698, 0x6A9, 0x6AF, 0x6CC, *range(0x20, 0x40), 0x200C, 0x200D, 0x200F, 0xAB, 0xBB,
    ],
}  # fmt: skip
FEATURES = [
    "kern",
    "liga",
    "mark",
    "mkmk",
    "ccmp",
    "locl",
    "tnum",
    "calt",
    "init",
    "medi",
    "fina",
    "rlig",
    "isol",
]


def main() -> None:
    """Fetch, check and write everything in vendor.json. Raises SystemExit when a package is not the pinned one."""
    pins = json.loads(PINS.read_text())
    for name, pin in pins.items():
        with tempfile.TemporaryDirectory() as folder:
            archive = _fetched(name, pin, Path(folder))
            written = _written(archive, pin)
        sys.stdout.write(f"{name} {pin['version']}: {', '.join(written)}\n")
    for folder in {pin["into"].split("/")[0] for pin in pins.values()}:
        here = {name: pin for name, pin in pins.items() if pin["into"].startswith(folder)}
        (ROOT / folder / "vendor" / "README.md").write_text(_readme(here))


def _fetched(name: str, pin: dict[str, Any], folder: Path) -> tarfile.TarFile:
    """The package's archive, fetched by npm and compared with the integrity we pinned."""
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("npm is not installed; it is needed to fetch the packages.")
    command = [npm, "pack", "--silent", f"{name}@{pin['version']}"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    content = next(folder.glob("*.tgz")).read_bytes()
    found = "sha512-" + base64.b64encode(hashlib.sha512(content).digest()).decode()
    if found != pin["integrity"]:
        raise SystemExit(f"{name} {pin['version']} is not what vendor.json pins: {found}")
    return tarfile.open(fileobj=io.BytesIO(content))


def _written(archive: tarfile.TarFile, pin: dict[str, Any]) -> list[str]:
    """Write the package's files and its licence; the names written, fonts with their size in bytes."""
    into = ROOT / pin["into"]
    into.mkdir(parents=True, exist_ok=True)
    written: list[str] = []
    for source, target in pin.get("files", {}).items():
        (into / target).write_bytes(_content(archive, source))
        written.append(target)
    for source, (target, letters) in pin.get("fonts", {}).items():
        _cut(_content(archive, source), LETTERS[letters], into / target)
        written.append(f"{target} ({(into / target).stat().st_size})")
    first = (*pin.get("files", {}).values(), *(target for target, _ in pin.get("fonts", {}).values()))[0]
    (into / f"{first.split('.')[0]}.LICENSE.txt").write_bytes(_content(archive, pin["licence_file"]))
    return written


def _content(archive: tarfile.TarFile, name: str) -> bytes:
    file = archive.extractfile(f"package/{name}")
    if file is None:
        raise SystemExit(f"The package has no file {name}.")
    return file.read()


def _cut(source: bytes, codes: list[int], target: Path) -> None:
    """A variable font with the weights 400 to 700 and only the letters in `codes`, the same bytes each time."""
    whole = TTFont(io.BytesIO(source), recalcTimestamp=False)
    font = instancer.instantiateVariableFont(whole, {"wght": (400, 700)})
    font.flavor = None
    buffer = io.BytesIO()
    # Written and read again: cutting a font whose axes were just limited fails on .notdef (fontTools 4.68).
    font.save(buffer)
    buffer.seek(0)
    font = TTFont(buffer, recalcTimestamp=False)
    options = subset.Options(flavor="woff2", hinting=False, notdef_outline=True, layout_features=FEATURES)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=codes)
    cutter.subset(font)
    font.flavor = "woff2"
    font.save(target)


def _readme(pins: dict[str, Any]) -> str:
    lines = [
        "# Work of others",
        "",
        "Made by `deploy/vendor_assets.py` from the npm packages below; do not edit. Each licence stands beside its files.",
        "",
        "| Package | Version | Licence | Files |",
        "|---|---|---|---|",
    ]
    for name, pin in pins.items():
        files = [*pin.get("files", {}).values(), *(target for target, _ in pin.get("fonts", {}).values())]
        where = pin["into"].partition("/vendor")[2].lstrip("/")
        listed = ", ".join(f"`{where + '/' if where else ''}{file}`" for file in files)
        lines.append(f"| {name} | {pin['version']} | {pin['licence']} | {listed} |")
    if any("fonts" in pin for pin in pins.values()):
        lines += ["", "The fonts are cut: weights 400 to 700, the letters listed in the script, no hinting."]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()

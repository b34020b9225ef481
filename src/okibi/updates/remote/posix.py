"""Linux and its like: short scripts for ``sh``, and the driver that stays there until its installation has ended."""

import re
import shlex
from collections.abc import Iterable
from pathlib import Path

from okibi.updates.recipe import Install, Recipe
from okibi.updates.remote import words
from okibi.updates.remote.reading import facts_of, file_name, one_of, read_lines, seen_in
from okibi.updates.remote.values import Facts, LostError, ReachError, Seen, Shell, Task

DRIVER = Path(__file__).with_name("driver.sh")
HOME = '"$HOME/.okibi-updates"'
NEEDED = ("timeout", "sha256sum", "cp", "ln", "sed", "tr", "head", "date")
SHORT = 30.0  # seconds for a question
LONG = 600.0  # seconds for hashing and clearing
BROKEN = "A script at the host ended with {}: {}"

_FACTS = """
printf 'uname=%s\\n' "$(uname -s)"
printf 'arch=%s\\n' "$(uname -m)"
if [ -r /etc/os-release ]; then ( . /etc/os-release; printf 'name=%s\\nversion=%s\\n' "$PRETTY_NAME" "$VERSION_ID" ); fi
for tool in {needed}; do command -v "$tool" > /dev/null 2>&1 || printf 'lacks=%s\\n' "$tool"; done
printf 'free=%s\\n' "$(df -Pk "$HOME" 2> /dev/null | awk 'NR == 2 {{ print $4 }}')"
mkdir -p {home} && chmod 700 {home} || printf 'lacks=%s\\n' '~/.okibi-updates'
"""
_PLACE = """
folder={folder}
up=$(dirname "$folder")
if [ {swapped} = 1 ]; then
    on=$(df -Pk "$folder" 2> /dev/null | awk 'NR == 2 {{ print $6 }}')
    [ "$on" != "$folder" ] || printf 'mounted=%s\\n' "$folder"
    [ -w "$up" ] && [ -x "$up" ] || printf 'denied=%s\\n' "$up"
fi
[ ! -d "$folder" ] || [ -w "$folder" ] || printf 'denied=%s\\n' "$folder"
printf 'free=%s\\n' "$(df -Pk "$up" 2> /dev/null | awk 'NR == 2 {{ print $4 }}')"
"""
_LOOK = """
cd {home}/{name} 2> /dev/null || exit 0
echo there=1
claim=begun
[ -e restoring ] && claim=restoring && echo restoring=1
if [ -e "$claim" ]; then
    echo begun=1
    pid=$(cat "$claim")
    if [ -r "/proc/$pid/cmdline" ]; then said=$(tr '\\0' ' ' < "/proc/$pid/cmdline")
    else said=$(ps -p "$pid" -o args= 2> /dev/null); fi
    case "$said" in *'{name}/driver'*) echo alive=1 ;; esac
fi
[ -f {file} ] && printf 'have=%s\\n' "$(wc -c < {file} | tr -d ' ')"
[ -f steps ] && sed 's/^/step=/' steps | head -n 50
[ -f version ] && printf 'version=%s\\n' "$(head -n 1 version)"
[ -f out ] && printf 'tail=%s\\n' "$(tail -c 400 out | tr '\\n\\r' '  ')"
[ -f result ] && sed 's/^/result=/' result | head -n 1
exit 0
"""


class Posix:
    """The dialect of ``sh``."""

    def facts(self, shell: Shell, recipe: Recipe | None) -> Facts:
        """Raises LostError; ReachError where the account runs no commands."""
        needed = [*NEEDED, *(["tar"] if recipe and recipe.install is Install.ARCHIVE else [])]
        script = _FACTS.format(needed=" ".join(needed), home=HOME)
        if recipe is not None:
            script += f"printf 'said=%s\\n' \"$(timeout 20 sh -c {shlex.quote(recipe.version)} 2> /dev/null < /dev/null"
            script += " | head -c 300 | tr '\\n' ' ')\"\n"
            if recipe.sudo:
                script += "sudo -n true > /dev/null 2>&1 || echo 'lacks=sudo -n'\n"
            script += _place_of(recipe)
        output = shell.run(script, SHORT).output
        said = read_lines(output)
        if not one_of(said, "uname"):
            raise ReachError(words.without_shell(output))
        system = {
            "family": one_of(said, "uname").lower(),
            "architecture": one_of(said, "arch"),
            "name": one_of(said, "name"),
            "version": one_of(said, "version"),
        }
        return facts_of(said, system)

    def look(self, shell: Shell, task: Task) -> Seen:
        """Raises LostError."""
        ended = shell.run(_LOOK.format(home=HOME, name=task.name, file=file_name(task)), SHORT)
        return seen_in(ended.output)

    def make_room(self, shell: Shell, task: Task) -> None:
        """Raises LostError."""
        self._done(shell, f"umask 077; mkdir -p {HOME}/{task.name} && chmod 700 {HOME} {HOME}/{task.name}")

    def pour(self, shell: Shell, task: Task, pieces: Iterable[bytes]) -> None:
        """Append to the package. Raises LostError."""
        shell.pour(pieces, f"{HOME}/{task.name}/{file_name(task)}")

    def digest(self, shell: Shell, task: Task) -> str:
        """SHA-256 of the package as it lies there, hex. Raises LostError."""
        ended = shell.run(f"sha256sum < {HOME}/{task.name}/{file_name(task)}", LONG)
        found = re.findall(r"^[0-9a-f]{64}\b", ended.output, re.MULTILINE)  # a login shell may greet before it
        return str(found[-1]) if ended.code == 0 and found else ""

    def drop_file(self, shell: Shell, task: Task) -> None:
        """Raises LostError."""
        self._done(shell, f"rm -f {HOME}/{task.name}/{file_name(task)}")

    def begin(self, shell: Shell, task: Task, *, restore: bool = False) -> None:
        """Start the driver, which goes on without us. Asked twice it begins once. Raises LostError."""
        place = f"{HOME}/{task.name}"
        self._done(shell, _laid(place, "about", about(task)))
        self._done(shell, _laid(place, "driver", DRIVER.read_text(encoding="utf-8")))
        become = "sudo -n " if task.recipe.sudo else ""
        mode = "restore" if restore else "install"
        self._done(
            shell,
            f"cd {place} && d=$(pwd) || exit 1\n"
            "loose=; command -v setsid > /dev/null && loose=setsid\n"
            f'nohup $loose {become}sh "$d/driver" {mode} > /dev/null 2>&1 < /dev/null &\n',
        )

    def clean(self, shell: Shell, task: Task) -> None:
        """Raises LostError."""
        become = "sudo -n " if task.recipe.sudo else ""
        shell.run(f"{become}rm -rf {HOME}/{task.name}", LONG)

    def _done(self, shell: Shell, script: str) -> None:
        ended = shell.run(script, SHORT)
        if ended.code != 0:
            raise LostError(BROKEN.format(ended.code, ended.output.strip()[:300]))


def _place_of(recipe: Recipe) -> str:
    """Whether the program's folder can be replaced by whoever will do it, and how much room there is."""
    folder = recipe.folder.rstrip("/")
    script = _PLACE.format(folder=shlex.quote(folder), swapped=int(recipe.install is Install.ARCHIVE))
    return f"{'sudo -n ' if recipe.sudo else ''}sh -c {shlex.quote(script)} 2> /dev/null < /dev/null\n"


def about(task: Task) -> str:
    """What the driver is told, as assignments of ``sh``."""
    recipe = task.recipe
    values = {
        "OKIBI_FILE": f"$here/{file_name(task)}",
        "OKIBI_FOLDER": recipe.folder.rstrip("/"),
        "OKIBI_VERSION": task.version,
        "OKIBI_OLD": task.old,
        "OKIBI_BACKUP": "$here/backup",
        "INSTALL": recipe.install.value,
        "COMMAND": recipe.command,
        "STOP": recipe.stop,
        "START": recipe.start,
        "HEALTH": recipe.health,
        "RESTORE": recipe.restore,
        "VERSION": recipe.version,
        "KEEP": "".join(f"{name}\n" for name in recipe.keep),
        "STRIP": "1" if recipe.strip else "",
        "LIMIT": str(recipe.limit),
        "HEALTH_LIMIT": str(recipe.health_limit),
    }
    return "".join(f"{name}={_quoted(text)}\n" for name, text in values.items())


def _quoted(text: str) -> str:
    own, rest = ("$here", text.removeprefix("$here")) if text.startswith("$here/") else ("", text)
    return (f'"{own}"' if own else "") + shlex.quote(rest)


def _laid(place: str, name: str, content: str) -> str:
    end = "okibi-end-of-file"
    body = content if content.endswith("\n") else f"{content}\n"
    return f"umask 077; cat > {place}/{name}.new <<'{end}'\n{body}{end}\nmv {place}/{name}.new {place}/{name}\n"

"""Windows: short scripts of PowerShell (3.0 or newer), and the driver that stays there until its work has ended.

The first line of each script names it, so that a log of the host tells what we did.
"""

import json
import re
from collections.abc import Iterable
from pathlib import Path

from okibi.updates.recipe import Recipe
from okibi.updates.remote.posix import BROKEN, LONG, SHORT
from okibi.updates.remote.reading import facts_of, file_name, one_of, read_lines, seen_in
from okibi.updates.remote.values import Facts, LostError, Seen, Shell, Task

DRIVER = Path(__file__).with_name("driver.ps1")
HOME = '"$env:USERPROFILE\\.okibi-updates"'
_NEEDED = 'if ($PSVersionTable.PSVersion.Major -lt 3) { "lacks=PowerShell 3"; exit 3 }'
_FACTS = """
$system = Get-CimInstance Win32_OperatingSystem
"uname=windows"
"arch=$env:PROCESSOR_ARCHITECTURE"
"name=$($system.Caption)"
"version=$($system.Version)"
if ($ExecutionContext.SessionState.LanguageMode -ne 'FullLanguage') { "lacks=FullLanguage" }
foreach ($scope in 'MachinePolicy', 'UserPolicy') {
    $policy = Get-ExecutionPolicy -Scope $scope
    if ('AllSigned', 'Restricted' -contains $policy) { "lacks=ExecutionPolicy $policy ($scope)" }
}
$drive = (Get-Item $env:USERPROFILE).PSDrive
"free=$([math]::Floor($drive.Free / 1024))"
if (-not (Test-Path -LiteralPath $home_)) { New-Item -ItemType Directory -Path $home_ -Force | Out-Null }
if ($said.version) {
    $env:OKIBI_FOLDER = $said.folder
    $info = New-Object Diagnostics.ProcessStartInfo
    $info.FileName = "$env:SystemRoot\\System32\\cmd.exe"
    $info.Arguments = "/d /s /c `"($($said.version)) > `"$home_\\said.$PID`" 2> nul < nul`""
    $info.UseShellExecute = $false
    $info.CreateNoWindow = $true
    $process = [Diagnostics.Process]::Start($info)
    if ($process.WaitForExit(30000)) {
        $printed = Get-Content -LiteralPath "$home_\\said.$PID" -TotalCount 3
        "said=$($printed -join ' ')"
    } else { & "$env:SystemRoot\\System32\\taskkill.exe" /T /F /PID $process.Id | Out-Null }
    Remove-Item -LiteralPath "$home_\\said.$PID" -Force -ErrorAction SilentlyContinue
}
exit 0
"""
_LOOK = """
if (-not (Test-Path -LiteralPath $place)) { exit 0 }
Set-Location -LiteralPath $place
"there=1"
$claim = 'begun'
if (Test-Path restoring) { $claim = 'restoring'; "restoring=1" }
if (Test-Path $claim) {
    "begun=1"
    $number = ([IO.File]::ReadAllText("$place\\$claim")).Trim()
    $process = Get-CimInstance Win32_Process -Filter "ProcessId=$number"
    if ($process -and $process.CommandLine -like "*$($said.name)\\driver.ps1*") { "alive=1" }
}
if (Test-Path $said.file) { "have=$((Get-Item $said.file).Length)" }
if (Test-Path steps) { Get-Content steps -TotalCount 50 | ForEach-Object { "step=$_" } }
if (Test-Path version) { "version=$(Get-Content version -TotalCount 1)" }
$tail = ''
try {
    $spoken = @('out', 'errors') | Where-Object { Test-Path $_ }
    $tail = ($spoken | ForEach-Object { Get-Content $_ -Tail 5 -Encoding Oem }) -join ' '
} catch { }
if ($tail) { "tail=$($tail.Substring([math]::Max(0, $tail.Length - 400)))" }
if (Test-Path result) { "result=$(Get-Content result -TotalCount 1)" }
exit 0
"""
_ROOM = "New-Item -ItemType Directory -Path $place -Force | Out-Null; exit 0"
_DIGEST = """
$file = [IO.File]::OpenRead("$place\\$($said.file)")
try { $sum = [Security.Cryptography.SHA256]::Create().ComputeHash($file) } finally { $file.Close() }
[BitConverter]::ToString($sum).Replace('-', '').ToLower()
exit 0
"""
_DROP = 'Remove-Item -LiteralPath "$place\\$($said.file)" -Force -ErrorAction SilentlyContinue; exit 0'
_BEGIN = """
[IO.File]::WriteAllText("$place\\about.json", $said.about)
[IO.File]::WriteAllText("$place\\driver.ps1", $said.driver)
$line = "powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -File `"$place\\driver.ps1`" $($said.mode)"
$how = @{ CommandLine = $line; CurrentDirectory = $place }
$made = Invoke-CimMethod -ClassName Win32_Process -MethodName Create -Arguments $how
exit $made.ReturnValue
"""
_CLEAN = "Remove-Item -LiteralPath $place -Recurse -Force -ErrorAction SilentlyContinue; exit 0"


class Windows:
    """The dialect of PowerShell."""

    def facts(self, shell: Shell, recipe: Recipe | None) -> Facts:
        """Raises LostError."""
        asked = {"version": recipe.version, "folder": recipe.folder} if recipe else {}
        said = read_lines(shell.run(_script("facts", _FACTS, **asked), SHORT).output)
        names = {"family": "uname", "architecture": "arch", "name": "name", "version": "version"}
        system = {name: one_of(said, key).strip() for name, key in names.items()}
        return facts_of(said, system)

    def look(self, shell: Shell, task: Task) -> Seen:
        """Raises LostError."""
        return seen_in(shell.run(_script("look", _LOOK, name=task.name, file=file_name(task)), SHORT).output)

    def make_room(self, shell: Shell, task: Task) -> None:
        """Raises LostError."""
        self._done(shell, _script("room", _ROOM, name=task.name))

    def pour(self, shell: Shell, task: Task, pieces: Iterable[bytes]) -> None:
        """Append to the package. Raises LostError."""
        shell.pour(pieces, f'"$env:USERPROFILE\\.okibi-updates\\{task.name}\\{file_name(task)}"')

    def digest(self, shell: Shell, task: Task) -> str:
        """SHA-256 of the package as it lies there, hex. Raises LostError."""
        ended = shell.run(_script("digest", _DIGEST, name=task.name, file=file_name(task)), LONG)
        found = re.search(r"(?m)^[0-9a-f]{64}\b", ended.output)  # beside it may stand what a new profile has to say
        return found[0] if found and ended.code == 0 else ""

    def drop_file(self, shell: Shell, task: Task) -> None:
        """Raises LostError."""
        self._done(shell, _script("drop", _DROP, name=task.name, file=file_name(task)))

    def begin(self, shell: Shell, task: Task, *, restore: bool = False) -> None:
        """Start the driver, outside our shell, so that it goes on without us. Raises LostError."""
        mode, driver = "restore" if restore else "install", DRIVER.read_text(encoding="utf-8")
        self._done(shell, _script("begin", _BEGIN, name=task.name, about=about(task), driver=driver, mode=mode))

    def clean(self, shell: Shell, task: Task) -> None:
        """Raises LostError."""
        shell.run(_script("clean", _CLEAN, name=task.name), LONG)

    def _done(self, shell: Shell, script: str) -> None:
        ended = shell.run(script, SHORT)
        if ended.code != 0:
            raise LostError(BROKEN.format(ended.code, ended.output.strip()[:300]))


def about(task: Task) -> str:
    """What the driver is told, as JSON. ``wanted``: the version; ``version``: the command that prints it."""
    recipe = task.recipe
    values = recipe.as_json() | {
        "folder": recipe.folder.rstrip("\\/"),
        "file": file_name(task),
        "wanted": task.version,
        "old": task.old,
    }
    return json.dumps(values)


def _script(title: str, text: str, **said: str) -> str:
    """What is said goes in as JSON in a literal string: nothing of it is ever read as PowerShell."""
    literal = json.dumps(said).replace("'", "''")
    return (
        f"# okibi:{title}\n{_NEEDED}\n$said = '{literal}' | ConvertFrom-Json\n$home_ = {HOME}\n"
        f'$place = "$home_\\$($said.name)"\n{text.strip()}\n'
    )

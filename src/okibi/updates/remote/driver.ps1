# One installation from its beginning to the new version, or back to the old one. It runs by itself: who started it
# may go. What it is about stands in about.json beside it; every phase has its limit. The same as driver.sh. Letters of
# ASCII only: Windows PowerShell 5.1 reads a file without a mark in the code page of the system.
param([string]$Mode = 'install')
$ErrorActionPreference = 'Stop'
$here = Split-Path -Parent $MyInvocation.MyCommand.Path
Set-Location -LiteralPath $here
$about = [IO.File]::ReadAllText("$here\about.json") | ConvertFrom-Json
$folder = $about.folder
$new = "$folder.okibi-new"; $old = "$folder.okibi-old"; $bad = "$folder.okibi-broken"
$env:OKIBI_FILE = "$here\$($about.file)"
$env:OKIBI_FOLDER = $folder
$env:OKIBI_VERSION = $about.wanted
$env:OKIBI_OLD = $about.old
$env:OKIBI_BACKUP = "$here\backup"
$claim = 'begun'
if ($Mode -eq 'restore') { $claim = 'restoring' }
[IO.File]::WriteAllText("$here\pid.$PID", "$PID")
try { [IO.File]::Move("$here\pid.$PID", "$here\$claim") } catch { exit 91 } # a move never takes another's place

$oem = [Text.Encoding]::GetEncoding([Globalization.CultureInfo]::CurrentCulture.TextInfo.OEMCodePage)

function Step($word) { try { [IO.File]::AppendAllText("$here\steps", "$word`n") } catch { } }
function Note($trouble) { # what went wrong, beside what the programs said
    try { [IO.File]::AppendAllText("$here\errors", "$($trouble.Exception.Message)`r`n", $oem) } catch { }
}
function Finish($words) {
    [IO.File]::WriteAllText("$here\result.new", "$words`n")
    Move-Item -LiteralPath "$here\result.new" -Destination "$here\result" -Force
    exit 0
}
function Gone($path) { if (Test-Path -LiteralPath $path) { Remove-Item -LiteralPath $path -Recurse -Force } }
function Place($from, $to) { # a folder by another name; Windows lets go of a program's files a little after its end
    for ($try = 0; ; $try++) {
        try { [IO.Directory]::Move($from, $to); return } catch { if ($try -ge 30) { throw } }
        Start-Sleep -Seconds 1
    }
}

# $one: a single command, whose arguments stand last and without brackets around it: "/D=C:\Program Files (x86)\Program".
function Call([int]$limit, [string]$line, [string]$into = 'out', [switch]$one) {
    if (-not $line) { return 0 }
    $info = New-Object Diagnostics.ProcessStartInfo
    $info.FileName = "$env:SystemRoot\System32\cmd.exe"
    $sign = '>>'
    if ($into -ne 'out') { $sign = '>' }
    $files = "$sign `"$here\$into`" 2>> `"$here\errors`" < nul"
    $info.Arguments = "/d /s /c `"($line) $files`""
    if ($one) { $info.Arguments = "/d /s /c `"$files $line`"" }
    $info.UseShellExecute = $false
    $info.CreateNoWindow = $true
    $info.WorkingDirectory = $here
    $process = [Diagnostics.Process]::Start($info)
    if (-not $process.WaitForExit($limit * 1000)) {
        & "$env:SystemRoot\System32\taskkill.exe" /T /F /PID $process.Id | Out-Null
        return 124
    }
    return $process.ExitCode
}

function Unpack {
    Gone $new; Gone "$new.part"
    [IO.Directory]::CreateDirectory("$new.part") | Out-Null
    if ($about.file -like '*.zip') {
        Add-Type -AssemblyName System.IO.Compression.FileSystem
        [IO.Compression.ZipFile]::ExtractToDirectory($env:OKIBI_FILE, "$new.part")
    } else {
        & "$env:SystemRoot\System32\tar.exe" -xf $env:OKIBI_FILE -C "$new.part"
        if ($LASTEXITCODE -ne 0) { throw 'tar' }
    }
    $inside = @(Get-ChildItem -LiteralPath "$new.part" -Force)
    if ($inside.Count -eq 0) { throw 'empty' }
    if ($about.strip) {
        if ($inside.Count -ne 1 -or -not $inside[0].PSIsContainer) { throw 'not one folder' }
        Place $inside[0].FullName $new
        Gone "$new.part"
    } else {
        Place "$new.part" $new
    }
}

function Keep {
    foreach ($name in $about.keep) {
        if (Test-Path -LiteralPath "$folder\$name") {
            Gone "$new\$name"
            [IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName("$new\$name")) | Out-Null
            Copy-Item -LiteralPath "$folder\$name" -Destination "$new\$name" -Recurse -Force
        }
    }
}

function Swap {
    Gone $old
    if (Test-Path -LiteralPath $folder) { Place $folder $old }
    else { [IO.File]::WriteAllText("$here\fresh", '') }
    Place $new $folder
}

function Save {
    if ($about.restore -or -not (Test-Path -LiteralPath $folder)) { return }
    Gone "$here\backup"; Gone "$here\backup.part"
    Copy-Item -LiteralPath $folder -Destination "$here\backup.part" -Recurse -Force
    Place "$here\backup.part" "$here\backup"
}

function Healthy {
    if (-not $about.health) { return $true }
    $until = [DateTime]::UtcNow.AddSeconds($about.health_limit)
    while ((Call 30 $about.health) -ne 0) {
        if ([DateTime]::UtcNow -ge $until) { return $false }
        Start-Sleep -Seconds 1
    }
    return $true
}

function Number([string]$text) {
    if ($text -match '\d[\d.]*') { return ($matches[0].TrimEnd('.') -replace '(\.0)*$', '') }
    return ''
}

function IsNew {
    if ((Call 60 $about.version 'version') -eq 124) { return $false }
    $got = ''
    if (Test-Path -LiteralPath "$here\version") { $got = [IO.File]::ReadAllText("$here\version") }
    if ($about.wanted.Contains('-')) { return $got.Contains($about.wanted) }
    return (Number $got) -eq (Number $about.wanted)
}

function Install {
    $file = $env:OKIBI_FILE
    $line = $about.command
    $one = -not $line
    if (-not $line -and $about.install -eq 'exe') { $line = "start `"`" /wait `"$file`" $($about.arguments)" }
    if (-not $line -and $about.install -eq 'msi') {
        $line = "start `"`" /wait msiexec.exe /i `"$file`" /qn /norestart $($about.arguments)"
    }
    $until = [DateTime]::UtcNow.AddSeconds($about.limit)
    $code = Call $about.limit $line -one:$one
    while ($about.install -eq 'msi' -and $code -eq 1618 -and [DateTime]::UtcNow -lt $until) { # another one is at work
        Start-Sleep -Seconds 15
        $code = Call $about.limit $line -one:$one
    }
    if ($about.install -eq 'msi' -and @(1641, 3010) -contains $code) { $code = 0 } # done; a restart is wished
    return $code
}

function Restored {
    if ($about.restore) {
        if ((Call $about.limit $about.restore) -ne 0) { throw 'restore' }
    } elseif ($about.install -eq 'archive') {
        Gone $bad
        if (Test-Path -LiteralPath $old) {
            if (Test-Path -LiteralPath $folder) { Place $folder $bad }
            Place $old $folder
        } elseif ((Test-Path -LiteralPath "$here\fresh") -and (Test-Path -LiteralPath $folder)) {
            Place $folder $bad
        }
    } elseif (Test-Path -LiteralPath "$here\backup") {
        Gone $bad; Gone $new
        Copy-Item -LiteralPath "$here\backup" -Destination $new -Recurse -Force
        if (Test-Path -LiteralPath $folder) { Place $folder $bad }
        Place $new $folder
    }
}

function Back($why) {
    Step 'returning'
    Call 300 $about.stop | Out-Null
    try { Restored } catch { Note $_; Finish "broken $why" }
    foreach ($path in $new, "$new.part", $bad) { try { Gone $path } catch { } }
    if ((Call 300 $about.start) -ne 0) { Finish "unwell $why" }
    if ((Test-Path -LiteralPath "$here\fresh") -or (Healthy)) { Finish "back $why" }
    Finish "unwell $why"
}

if ($Mode -eq 'restore') { Back 'cut' }
if ($about.install -eq 'archive') {
    Step 'unpacking'
    try { Unpack } catch {
        Note $_
        foreach ($path in $new, "$new.part") { try { Gone $path } catch { } }
        Finish 'failed unpack'
    }
}
Step 'stopping'
if ((Call 300 $about.stop) -ne 0) { Back 'stop' }
Step 'saving'
if ($about.install -eq 'archive') {
    try { Keep } catch { Note $_; Back 'save' }
    Step 'installing'
    try { Swap } catch { Note $_; Back 'swap' }
} else {
    try { Save } catch { Note $_; Back 'save' }
    Step 'installing'
    $code = Install
    if ($code -ne 0) { Back "install $code" }
}
Step 'starting'
if ((Call 300 $about.start) -ne 0) { Back 'start' }
Step 'checking'
if (-not (Healthy)) { Back 'health' }
if (-not (IsNew)) { Back 'version' }
foreach ($path in $old, $bad, "$here\backup") { try { Gone $path } catch { } }
Finish 'ok'

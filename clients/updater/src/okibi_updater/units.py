"""How the service starts with the machine: a systemd unit, or commands for PowerShell."""

from pathlib import Path

SYSTEMD = """# okibi-updater service print > /etc/systemd/system/okibi-updater.service
# systemctl daemon-reload && systemctl enable --now okibi-updater
[Unit]
Description=OKIBI updater
Wants=network-online.target
After=network-online.target

[Service]
Type=simple
ExecStart="{program}" --settings "{settings}" run
Restart=always
RestartSec=10
# An installation is brought to its end; what is left after that is ended too, and the next start goes back or on.
KillMode=mixed
TimeoutStopSec={limit}
UMask=0077
PrivateTmp=yes

[Install]
WantedBy=multi-user.target
"""

WINDOWS = """# PowerShell, as administrator.
# 1. A service of Windows (needs the package pywin32 beside okibi-updater):
sc.exe create okibi-updater start= delayed-auto DisplayName= "OKIBI updater" `
  binPath= '"{program}" --settings "{settings}" service run'
sc.exe failure okibi-updater reset= 86400 actions= restart/10000/restart/60000/restart/600000
sc.exe start okibi-updater

# 2. Or, without pywin32, a task that starts with the machine under SYSTEM:
$run = New-ScheduledTaskAction -Execute '{program}' -Argument '--settings "{settings}" run'
$set = New-ScheduledTaskSettingsSet -RestartCount 999 -RestartInterval (New-TimeSpan -Minutes 1) -ExecutionTimeLimit 0
Register-ScheduledTask okibi-updater -Action $run -Settings $set -User SYSTEM -RunLevel Highest `
  -Trigger (New-ScheduledTaskTrigger -AtStartup)
"""


def systemd(program: Path, settings: Path, limit: float) -> str:
    """The unit. ``limit``: seconds that the longest installer may take; a stop waits for it."""
    return SYSTEMD.format(program=program, settings=settings, limit=int(limit) + 60)


def windows(program: Path, settings: Path) -> str:
    """The commands. Written from Microsoft's documentation, not run on Windows."""
    return WINDOWS.format(program=program, settings=settings)

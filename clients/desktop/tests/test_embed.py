"""Another program opens ИПВ with one call."""

import subprocess
import sys
import textwrap

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow

import okibi_desktop
from clients.desktop.tests.cast import click
from clients.desktop.tests.conftest import until


def test_a_qt_program_opens_the_dialog_over_its_own_window(qt, enrolled, server_desk, tmp_path):
    window = QMainWindow()
    window.setStyleSheet("")
    dialog = okibi_desktop.open_request_dialog(
        window,
        product="desktop",
        version="4.2.1",
        error_text="E-17",
        log_folder=tmp_path,
        app={"База": "PostgreSQL 16"},
    )
    placed = []
    dialog.placed.connect(placed.append)
    assert "line_app.База" in {each.objectName() for each in dialog.environment.switches.values()}
    QTest.keyClicks(dialog.text, "It stopped")
    click(dialog.send_button)
    until(lambda: placed)
    kept = server_desk.requests[0]
    assert (kept["product"], kept["version"], kept["text"]) == ("desktop", "4.2.1", "It stopped\n\nE-17")
    assert kept["environment"]["app"] == {"База": "PostgreSQL 16"}
    assert window.styleSheet() == ""
    dialog.close()


def test_a_program_without_qt_waits_for_the_dialog(enrolled, server_desk):
    program = textwrap.dedent("""
        from PySide6.QtCore import QTimer
        from PySide6.QtWidgets import QApplication
        import okibi_desktop.embed as embed

        class Impatient(embed.RequestDialog):
            def showEvent(self, event):
                super().showEvent(event)
                self.text.setPlainText("From a script")
                self.placed.connect(lambda _: QTimer.singleShot(0, self.close))
                QTimer.singleShot(0, self.send)

        embed.RequestDialog = Impatient
        print(embed.open_request_dialog(product="server").number)
    """)
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=False)
    assert said.stdout.strip() == "26-000001", said.stderr
    assert server_desk.requests[0]["text"] == "From a script"

import pytest

from okibi.sms.tests import gateways


@pytest.fixture
def office(settings, tmp_path):
    """A gateway of two lines that live; gives a way to write its file anew."""

    def written(**more):
        settings.OKIBI_SMS = gateways.write(tmp_path / "sms.toml", **more)

    written()
    return written

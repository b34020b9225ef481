"""Other people's tools and this reader agree about the same files: apksigner, aapt, osslsigncode, msiinfo, wixl."""

import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from okibi.releases.reading.box import read_path
from okibi.releases.samples.apk import Apk, new_signer
from okibi.releases.samples.msi import Msi
from okibi.releases.samples.portable import Exe

WXS = """<?xml version="1.0" encoding="utf-8"?>
<Wix xmlns="http://schemas.microsoft.com/wix/2006/wi">
<Product Id="8D0F6C5E-5F0C-4E9E-9A31-2C3D4E5F6071" Name="OKIBI" Version="4.2.0" Language="1049" Manufacturer="OKIBI"
 UpgradeCode="7A4E2B90-6F1D-4C38-8E55-112233445566"><Package InstallerVersion="200" Compressed="yes"/>
<Directory Id="TARGETDIR" Name="SourceDir"><Component Id="C" Guid="5B0B7A9C-0C2F-4E7B-8E0A-1B2C3D4E5F60">
<CreateFolder/></Component></Directory><Feature Id="F" Level="1"><ComponentRef Id="C"/></Feature></Product></Wix>"""


def tool(name: str, *arguments: object, ok: bool = True) -> str:
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not on this machine: its opinion of our files is not heard")
    done = subprocess.run([name, *map(str, arguments)], capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode == 0) is ok, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def pem(tmp_path) -> tuple[Path, Path]:
    key = rsa.generate_private_key(65537, 2048)
    name, day = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "OKIBI test")]), timedelta(days=1)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    now = datetime.now(UTC)
    made = made.not_valid_before(now - day).not_valid_after(now + 30 * day)  # one of this very second is not valid yet
    made = made.add_extension(x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.CODE_SIGNING]), critical=False)
    places = tmp_path / "key.pem", tmp_path / "certificate.pem"
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    places[0].write_bytes(key.private_bytes(*plain))
    places[1].write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return places


def signed(file: Path, pem: tuple[Path, Path], *more: str) -> Path:
    target = file.with_name("signed-" + file.name)
    tool("osslsigncode", "sign", "-certs", pem[1], "-key", pem[0], "-h", "sha256", *more, "-in", file, "-out", target)
    return target


def test_apksigner_verifies_what_the_sample_signed_and_names_the_same_certificate(tmp_path):
    old = new_signer()
    new = new_signer("OKIBI 2", before=old)
    file = tmp_path / "a.apk"
    file.write_bytes(Apk().signed(new))
    told = tool("apksigner", "verify", "--verbose", "--print-certs", "--min-sdk-version", "26", file)
    found = read_path(file)
    assert "v2): true" in told.replace("APK Signature Scheme ", "").replace(" scheme", "").replace("(v2", "v2")
    assert found.signature == "valid"
    assert new.sha256 in told
    assert new.sha256 in found.certificates


def test_what_apksigner_signed_is_valid_and_what_was_changed_is_not_for_both(tmp_path):
    store, unsigned, file = tmp_path / "k.p12", tmp_path / "u.apk", tmp_path / "s.apk"
    unsigned.write_bytes(Apk(files={"assets/a": b"inside" * 100}).made())
    password = ("-storetype", "PKCS12", "-storepass", "changeit")
    rsa = ("-keyalg", "RSA", "-keysize", "2048", "-validity", "10950", "-dname", "CN=Vendor")
    tool("keytool", "-genkeypair", "-keystore", store, *password, "-alias", "rel", *rsa)
    sign = ("sign", "--ks", store, "--ks-pass", "pass:changeit", "--min-sdk-version", "24", "--out", file)
    tool("apksigner", *sign, "--v1-signing-enabled", "true", unsigned)
    found = read_path(file)
    assert (found.signature, found.schemes, found.faults) == ("valid", ("v2", "v3"), ())
    assert found.certificates[0] in tool("apksigner", "verify", "--print-certs", file)
    content = bytearray(file.read_bytes())
    content[content.index(b"insideinside")] = 0x58
    file.write_bytes(content)
    assert read_path(file).faults == ("apk_digest",)
    tool("apksigner", "verify", file, ok=False)


def test_aapt_reads_the_same_in_the_manifest(tmp_path):
    file = tmp_path / "a.apk"
    file.write_bytes(Apk().made())
    told = tool("aapt", "dump", "badging", file)
    assert "package: name='ru.okibi.mob' versionCode='30400' versionName='3.4.0'" in told
    assert "sdkVersion:'26'" in told


@pytest.mark.parametrize(("name", "more"), [("a.exe", ()), ("a.msi", ()), ("a.msi", ("-add-msi-dse",))])
def test_authenticode_by_osslsigncode_holds_until_a_byte_changes(tmp_path, pem, name, more):
    file = tmp_path / name
    file.write_bytes(Exe().made() if name == "a.exe" else Msi().made())
    target = signed(file, pem, *more)
    fingerprint = tool("openssl", "x509", "-in", pem[1], "-noout", "-fingerprint", "-sha256")
    found = read_path(target)
    assert found.signature == "valid"
    assert found.certificates == (fingerprint.rpartition("=")[2].strip().replace(":", "").lower(),)
    content = bytearray(target.read_bytes())
    word = "OKIBI Desktop".encode("utf-16-le" if name == "a.exe" else "ascii")
    content[content.index(word)] = 0x58
    target.write_bytes(content)
    assert read_path(target).signature == "broken"
    tool("osslsigncode", "verify", "-CAfile", pem[1], "-in", target, ok=False)


def test_msiinfo_reads_the_sample_as_we_do(tmp_path):
    file = tmp_path / "a.msi"
    file.write_bytes(Msi().made())
    assert Msi().upgrade_code in tool("msiinfo", "export", file, "Property")


def test_an_msi_of_wixl_is_read(tmp_path):
    source, file = tmp_path / "a.wxs", tmp_path / "a.msi"
    source.write_text(WXS)
    tool("wixl", "-o", file, source)
    found = read_path(file)
    assert (found.kind, found.version, found.upgrade_code) == (
        "msi",
        "4.2.0",
        "{7A4E2B90-6F1D-4C38-8E55-112233445566}",
    )
    assert found.product_code == "{8D0F6C5E-5F0C-4E9E-9A31-2C3D4E5F6071}"

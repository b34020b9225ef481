"""After a change of version pages get that version's files, whatever their dates say."""

import os

from django.core.management import call_command


def test_a_file_dated_before_the_one_it_replaces_replaces_it(settings, tmp_path):
    source, collected = tmp_path / "source", tmp_path / "collected"
    source.mkdir()
    settings.STATIC_ROOT = str(collected)
    settings.STATICFILES_DIRS = [str(source)]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "okibi.config.collected.Collected"}}
    for words, dated in (("of the old version", 2_000_000_000), ("of the new version", 1_000_000_000)):
        (source / "page.js").write_text(words)
        os.utime(source / "page.js", (dated, dated))
        call_command("collectstatic", interactive=False, verbosity=0)
        assert (collected / "page.js").read_text() == words
    assert len(list(collected.glob("page.*.js"))) == 2  # pages that are still open find theirs

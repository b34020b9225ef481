"""What the package carries, so that an installation from a wheel needs no source tree."""

import tomllib

from okibi.ops.settings_table import PACKAGE, checkout


def test_the_vendors_policy_stands_once_and_is_inside_the_package() -> None:
    inside = PACKAGE / "policies/okibi.toml"
    assert inside.is_symlink()
    assert inside.resolve() == checkout() / "policies/okibi.toml"


def test_nothing_that_a_wheel_needs_is_left_out() -> None:
    build = tomllib.loads((checkout() / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["uv"]["build-backend"]
    assert build["wheel-exclude"] == ["**/tests/**"]
    for needed in ("**/*.po", "**/templates/**/*.html", "**/static/**/*.css", "flows/letters/ru/*.txt"):
        assert [path for path in PACKAGE.glob(needed) if "tests" not in path.parts], needed

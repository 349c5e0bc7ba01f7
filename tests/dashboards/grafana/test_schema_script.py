"""What `scripts/check-boards` says where it cannot check."""

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_without_npm_the_check_is_left_out_and_says_so(tmp_path: Path):
    for tool in ("bash", "dirname"):
        (tmp_path / tool).symlink_to(str(shutil.which(tool)))
    done = subprocess.run(
        [ROOT / "scripts" / "check-boards"],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": str(tmp_path)},
    )
    assert "npm is not installed" in done.stderr

"""What an act does to a real folder: done, asked about, taken back, cut off, and never over somebody's change."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
import time
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest
from pydantic import BaseModel

from hmaint.engine.acts_host import Acting, Bench, host_acting
from hmaint.errors import Place
from hmaint.load.plan_desk import StepArgs
from hmaint.load.plan_kinds import FileForm, ServiceForm, SymlinkForm, UnpackForm, UploadForm
from hmaint.model.upgrade import Artefact, PlanStep
from hmaint.model.upgrade_act import Script
from hmaint.model.upgrade_kind import ActKind

SHELLS = [["dash"], ["bash", "--posix"], ["busybox", "sh"]]


@pytest.fixture(params=SHELLS, ids=lambda shell: shell[0])
def shell(request: pytest.FixtureRequest) -> list[str]:
    found: list[str] = request.param
    if shutil.which(found[0]) is None and found[0] != "dash":
        pytest.skip(f"{found[0]} is not installed here")
    return found


@dataclass
class Target:
    """A folder that stands for a host, the shell it speaks, and an act on it."""

    root: Path
    shell: list[str]
    acting: Acting

    def run(self, name: str) -> int:
        deed = getattr(self.acting, name)
        assert isinstance(deed, Script)
        keep = self.root / "keep"
        keep.mkdir(exist_ok=True)
        if deed.payload is not None:
            content = deed.payload.content or (self.root / "artefact").read_bytes()
            (keep / "payload").write_bytes(content)
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HMAINT_KEEP": str(keep)}
        environment |= {"HMAINT_RUN": "R-1", "HMAINT_ACT": "step"}
        script = self.root / "script.sh"
        script.write_text(deed.text)
        done = subprocess.run(  # noqa: S603 - scripts of ours, in a folder of this test
            [*self.shell, str(script)], env=environment, capture_output=True, timeout=60, check=False
        )
        self.words = done.stderr.decode()
        return done.returncode


def target(root: Path, shell: list[str], kind: ActKind, args: BaseModel) -> Target:
    artefact = root / "artefact"
    if not artefact.exists():
        artefact.write_bytes(b"new\n")
    content = artefact.read_bytes()
    known = Artefact("app", Path("app.tar.gz"), sha256(content).hexdigest(), len(content))
    step = PlanStep("step", "-", kind, None, StepArgs(args), Place("x"), 1.0, 20.0)
    return Target(root, shell, host_acting(Bench(step, args, artefacts={"app": known})))


def goes_and_comes_back(done: Target) -> None:
    """An act that is not there is done, twice as well as once, and taken back, twice as well as once."""
    assert done.run("probe") == 1, done.words
    assert done.run("do") == 0, done.words
    assert done.run("probe") == 0, done.words
    assert done.run("do") == 0, done.words
    assert done.run("undone") == 1, done.words
    assert done.run("undo") == 0, done.words
    assert done.run("undone") == 0, done.words
    assert done.run("undo") == 0, done.words
    assert done.run("probe") == 1, done.words


@pytest.mark.parametrize("before", [None, b"old\n", b""])
def test_a_file_comes_and_goes_whole_with_its_mode(
    tmp_path: Path, shell: list[str], before: bytes | None
) -> None:
    place = tmp_path / "a b'c" / "配置"
    place.parent.mkdir()
    if before is not None:
        place.write_bytes(before)
        place.chmod(0o640)
    goes_and_comes_back(target(tmp_path, shell, "file", FileForm(path=str(place), content="new\n")))
    assert (place.read_bytes() if place.exists() else None) == before
    assert before is None or place.stat().st_mode & 0o777 == 0o640
    assert [each.name for each in place.parent.iterdir() if each.name.startswith(".hmaint")] == []


def test_the_new_file_keeps_the_mode_of_the_old_one_unless_told(tmp_path: Path, shell: list[str]) -> None:
    place = tmp_path / "x"
    place.write_bytes(b"old")
    place.chmod(0o600)
    assert target(tmp_path, shell, "upload", UploadForm(artefact="app", to=str(place))).run("do") == 0
    assert (place.read_bytes(), place.stat().st_mode & 0o777) == (b"new\n", 0o600)
    (tmp_path / "keep").rename(tmp_path / "kept")
    told = UploadForm(artefact="app", to=str(place), mode="0644")
    assert target(tmp_path, shell, "upload", told).run("do") == 0
    assert place.stat().st_mode & 0o777 == 0o644


def test_an_upload_that_arrived_wrong_changes_nothing(tmp_path: Path, shell: list[str]) -> None:
    place = tmp_path / "x"
    place.write_bytes(b"old")
    done = target(tmp_path, shell, "upload", UploadForm(artefact="app", to=str(place)))
    (tmp_path / "artefact").write_bytes(b"torn")
    assert done.run("do") == 1
    assert "not what was sent" in done.words
    assert place.read_bytes() == b"old"


def test_a_file_is_taken_away_and_put_back(tmp_path: Path, shell: list[str]) -> None:
    place = tmp_path / "x"
    place.write_bytes(b"old")
    goes_and_comes_back(target(tmp_path, shell, "file", FileForm(path=str(place), absent=True)))
    assert place.read_bytes() == b"old"


def test_what_somebody_else_changed_since_is_never_put_back_over(tmp_path: Path, shell: list[str]) -> None:
    place = tmp_path / "x"
    place.write_bytes(b"old")
    done = target(tmp_path, shell, "file", FileForm(path=str(place), content="new\n"))
    assert done.run("do") == 0
    place.write_bytes(b"somebody's")
    assert done.run("undo") == 1
    assert "changed since by somebody else" in done.words
    assert done.run("undone") == 1
    assert place.read_bytes() == b"somebody's"


def test_undo_of_what_was_never_begun_touches_nothing(tmp_path: Path, shell: list[str]) -> None:
    place = tmp_path / "x"
    place.write_bytes(b"old")
    done = target(tmp_path, shell, "file", FileForm(path=str(place), content="new\n"))
    assert (done.run("undo"), done.run("undone"), place.read_bytes()) == (0, 0, b"old")


def test_a_link_or_a_folder_in_the_place_of_a_file_is_refused(tmp_path: Path, shell: list[str]) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "l").symlink_to("elsewhere")
    for name in ("d", "l"):
        done = target(tmp_path, shell, "file", FileForm(path=str(tmp_path / name), content="new\n"))
        assert done.run("do") == 1, name
    assert (tmp_path / "l").readlink() == Path("elsewhere")


@pytest.mark.parametrize("before", [None, "1.0"])
def test_a_link_is_turned_and_turned_back(tmp_path: Path, shell: list[str], before: str | None) -> None:
    for name in ("1.0", "1.1"):
        (tmp_path / name).mkdir()
    place = tmp_path / "current"
    if before:
        place.symlink_to(tmp_path / before)
    args = SymlinkForm(path=str(place), to=str(tmp_path / "1.1"))
    goes_and_comes_back(target(tmp_path, shell, "symlink", args))
    assert (place.readlink().name if place.is_symlink() else None) == before
    assert list((tmp_path / "1.0").iterdir()) == []


def test_a_link_to_nothing_or_in_place_of_a_folder_is_refused(tmp_path: Path, shell: list[str]) -> None:
    (tmp_path / "1.1").mkdir()
    (tmp_path / "real").mkdir()
    gone = SymlinkForm(path=str(tmp_path / "current"), to=str(tmp_path / "gone"))
    assert target(tmp_path, shell, "symlink", gone).run("do") == 1
    real = SymlinkForm(path=str(tmp_path / "real"), to=str(tmp_path / "1.1"))
    assert target(tmp_path, shell, "symlink", real).run("do") == 1
    assert not (tmp_path / "real").is_symlink()


def archive(root: Path) -> None:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:gz") as tar:
        entry = tarfile.TarInfo("bin/app")
        entry.size = 4
        tar.addfile(entry, io.BytesIO(b"1.1\n"))
    (root / "artefact").write_bytes(held.getvalue())


def test_an_archive_becomes_a_folder_at_once_or_not_at_all(tmp_path: Path, shell: list[str]) -> None:
    archive(tmp_path)
    place = tmp_path / "1.1"
    done = target(tmp_path, shell, "unpack", UnpackForm(artefact="app", to=str(place)))
    goes_and_comes_back(done)
    assert not place.exists()
    place.mkdir()
    assert done.run("do") == 1, "a folder that is there is not ours"
    assert "there already" in done.words
    assert done.run("probe") == 1
    assert done.run("undo") == 0, "nothing of ours is there"
    assert place.is_dir()


@pytest.mark.parametrize("how", ["written", "deleted"])
def test_what_was_written_into_an_unpacked_folder_is_not_deleted_with_it(
    tmp_path: Path, shell: list[str], how: str
) -> None:
    archive(tmp_path)
    place, aside = tmp_path / "1.1", tmp_path / "1.1.hmaint-R-1"
    done = target(tmp_path, shell, "unpack", UnpackForm(artefact="app", to=str(place)))
    assert done.run("do") == 0
    time.sleep(0.02)
    if how == "written":
        (place / "bin" / "uploads").write_text("a patient's picture")
    else:
        (place / "bin" / "app").unlink()
    assert done.run("undo") == 0
    assert done.run("undone") == 0
    assert not place.exists()
    assert (aside / "bin" / "uploads").exists() is (how == "written")
    assert (aside / "bin").is_dir()
    assert done.run("undo") == 0


def test_a_broken_archive_leaves_nothing(tmp_path: Path, shell: list[str]) -> None:
    (tmp_path / "artefact").write_bytes(b"no tar at all")
    done = target(tmp_path, shell, "unpack", UnpackForm(artefact="app", to=str(tmp_path / "1.1")))
    assert done.run("do") == 1
    assert [each.name for each in tmp_path.iterdir() if "1.1" in each.name or ".hmaint" in each.name] == []


def service(root: Path, state: str, **own: str) -> ServiceForm:
    up = root / "up"
    words = {"start": f"touch {up}", "stop": f"rm {up}", "running": f"[ -e {up} ]", **own}
    return ServiceForm(state=state, stable="1s", **words)  # type: ignore[arg-type] # a word of its table


@pytest.mark.parametrize(("state", "before"), [("started", False), ("stopped", True)])
def test_a_service_changes_its_state_and_back(
    tmp_path: Path, shell: list[str], state: str, *, before: bool
) -> None:
    if before:
        (tmp_path / "up").touch()
    goes_and_comes_back(target(tmp_path, shell, "service", service(tmp_path, state)))
    assert (tmp_path / "up").exists() is before


@pytest.mark.parametrize(("state", "before"), [("started", True), ("stopped", False)])
def test_a_service_that_was_so_already_is_left_so_by_undo(
    tmp_path: Path, shell: list[str], state: str, *, before: bool
) -> None:
    if before:
        (tmp_path / "up").touch()
    done = target(tmp_path, shell, "service", service(tmp_path, state))
    assert (done.run("do"), done.run("undo"), done.run("undone")) == (0, 0, 0)
    assert (tmp_path / "up").exists() is before


def test_a_service_that_dies_again_has_not_started(tmp_path: Path, shell: list[str]) -> None:
    dying = service(
        tmp_path, "started", start=f"touch {tmp_path / 'up'}; (sleep 1; rm -f {tmp_path / 'up'}) &"
    )
    done = target(tmp_path, shell, "service", dying.model_copy(update={"stable": 4.0}))
    assert done.run("do") == 1
    assert "died again" in done.words


def test_a_service_nobody_can_ask_about_is_neither_up_nor_down(tmp_path: Path, shell: list[str]) -> None:
    for state in ("started", "stopped"):
        done = target(tmp_path, shell, "service", service(tmp_path, state, running="no-such-command-here"))
        assert done.run("probe") == 3, done.words
        assert done.run("do") == 3


def test_a_service_the_host_does_not_have_is_not_called_stopped(tmp_path: Path, shell: list[str]) -> None:
    done = target(tmp_path, shell, "service", ServiceForm(name="no-such-service", state="stopped"))
    assert done.run("probe") == 3
    assert "there is no service" in done.words

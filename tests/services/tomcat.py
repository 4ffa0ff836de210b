"""A throwaway Tomcat on loopback: Debian's programs, everything it writes in a folder of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from .process import ServiceMissing, free_port, private_folder, run_as, server_user

HOME = Path("/usr/share/tomcat10")
_SERVER = """\
<Server port="-1">
  <Service name="Catalina">
    <!-- <Connector port="1" protocol="HTTP/1.1" /> -->
    <Connector port="{port}" protocol="HTTP/1.1"
               address="127.0.0.1" redirectPort="8443" />
    <Engine name="Catalina" defaultHost="localhost">
      <Host name="localhost" appBase="webapps" unpackWARs="false" autoDeploy="false" />
    </Engine>
  </Service>
</Server>
"""


class Tomcat:
    """The server, run by the package's own user, or by root when told to."""

    def __init__(self, user: str = "tomcat", options: str = "-Xmx96m") -> None:
        self._user = server_user(user) if user != "root" else None
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None
        self.base = Path()
        self.port = 0

    def start(self) -> Tomcat:
        if not (HOME / "bin" / "catalina.sh").exists():
            raise ServiceMissing("there is no /usr/share/tomcat10 (Debian package tomcat10)")
        self.base, self.port = private_folder("tomcat", self._user), free_port()
        for name in ("conf", "logs", "webapps/ROOT", "work", "temp"):
            (self.base / name).mkdir(parents=True)
        shutil.copy("/etc/tomcat10/web.xml", self.base / "conf" / "web.xml")
        (self.base / "conf" / "server.xml").write_text(_SERVER.format(port=self.port), encoding="utf-8")
        if self._user:
            for path in (self.base, *self.base.rglob("*")):
                shutil.chown(path, self._user)
        self._run()
        return self

    def _run(self) -> None:
        said = {"CATALINA_HOME": HOME, "CATALINA_BASE": self.base, "CATALINA_OPTS": self._options}
        environment = [f"{name}={value}" for name, value in {**said, "PATH": os.environ["PATH"]}.items()]
        command = ["/usr/bin/env", "-i", *environment, str(HOME / "bin" / "catalina.sh"), "run"]
        self._process = run_as(self._user, command, self.log)
        limit = time.monotonic() + 90
        while not self.answers():
            if self._process.poll() is not None or time.monotonic() > limit:
                raise RuntimeError(self.log.read_text(errors="replace")[-2000:])
            time.sleep(0.2)

    @property
    def log(self) -> Path:
        return self.base / "logs" / "catalina.out"

    def answers(self) -> bool:
        """Whether anything at all answers at its port."""
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=5).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True

    def restart(self) -> None:
        """Stop it and start it again."""
        self._end()
        self._run()

    def _end(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=60)
            self._process = None

    def stop(self) -> None:
        self._end()
        if self.base != Path():
            shutil.rmtree(self.base, ignore_errors=True)

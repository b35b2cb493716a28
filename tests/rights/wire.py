"""A visitor without a browser: signs in over HTTP, opens pages, presses buttons, and keeps every byte that arrives."""

import ssl
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode, urljoin, urlsplit

import httpx
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from data_access.seen import WORD_JOINER

PATIENCE = 60.0  # seconds
TLS = ssl.create_default_context()  # httpx reads all certificates of the machine for every request that has none


def signed_in(address: str, person: str) -> dict[str, str]:
    """The cookies of someone who presses "Sign in" and goes the way that a browser goes from there."""
    with visit(address, {}) as anonymous:
        anonymous.open("", lang="en")
        anonymous.press(anonymous.buttons["Sign in"])
        sent_to = next(each.auth_redirect.url for each in anonymous.messages if each.HasField("auth_redirect"))
    with httpx.Client(follow_redirects=True, timeout=PATIENCE, verify=TLS) as browser:
        form = browser.get(urljoin(address, sent_to))
        assert urlsplit(str(form.url)).path.endswith("/authorize"), f"no form of the provider at {form.url}"
        back = browser.post(form.url, data={"sub": person})
        assert str(back.url).startswith(address), f"the provider did not send back: {back.url}"
        return {cookie.name: cookie.value or "" for cookie in browser.cookies.jar}


class Visit:
    """One session of the dashboard. `received` holds all that was sent to it, HTTP answers included."""

    def __init__(self, socket: ClientConnection, address: str, cookies: dict[str, str]) -> None:
        self.received = bytearray()
        self.messages: list[ForwardMsg] = []
        self._socket, self._address, self._cookies = socket, address, cookies
        self._page, self._query, self._session = "", "", ""

    def open(self, page: str, **query: str | list[str]) -> None:
        """A pasted link."""
        self._page, self._query = page, urlencode(query, doseq=True)
        self._run(BackMsg())

    def press(self, widget: str) -> None:
        """Press a button by its id; what is drawn because of it counts as received."""
        pressed = BackMsg()
        state = pressed.rerun_script.widget_states.widgets.add()
        state.id, state.trigger_value = widget, True
        self._run(pressed, self._fragment(widget))

    def go(self, page: str, **query: str | list[str]) -> None:
        """To another step of the browser's history, whose link says what is shown from now on."""
        self._page, self._query = page, urlencode(query, doseq=True)
        asked = BackMsg()
        asked.rerun_script.is_history_navigation = True
        self._run(asked)

    @property
    def refreshing(self) -> tuple[str, float]:
        """The part of the page that asks to be redrawn by itself, and the seconds between."""
        asked = next(each.auto_rerun for each in self.messages if each.HasField("auto_rerun"))
        return asked.fragment_id, asked.interval

    def redraw(self, fragment: str) -> None:
        """What a browser asks for when the time of such a part has come."""
        asked = BackMsg()
        asked.rerun_script.is_auto_rerun = True
        self._run(asked, fragment)

    def take(self, file: str) -> bytes:
        """The file behind a download button's id; b"" where it is refused."""
        asked = BackMsg()
        asked.backend_operation_request.request_id = uuid.uuid4().hex
        asked.backend_operation_request.session_id = self._session
        asked.backend_operation_request.deferred_file.file_id = file
        self._socket.send(asked.SerializeToString())
        while True:
            message = self._next()
            if message.HasField("backend_operation_response"):
                url = message.backend_operation_response.deferred_file.url
                break
        if not url:
            return b""
        answer = httpx.get(f"{self._address}{url}", cookies=self._cookies, timeout=PATIENCE, verify=TLS)
        answer.raise_for_status()
        self.received += answer.content
        return answer.content

    @property
    def is_found(self) -> bool:
        """Does the dashboard have a page of this address?"""
        return not any(each.HasField("page_not_found") for each in self.messages)

    @property
    def buttons(self) -> dict[str, str]:
        """Label → id of the buttons on the page that can be pressed; of several with one label `label 2` and so on."""
        found: dict[str, str] = {}
        for element in self._elements("button"):
            button = element.button
            label = button.label
            while label in found and found[label] != button.id:
                label = f"{button.label} {int(label.rpartition(' ')[2]) + 1 if label != button.label else 2}"
            if not button.disabled:
                found[label] = button.id
        return found

    @property
    def files(self) -> dict[str, str]:
        """Widget id → file of every download button that was drawn last."""
        return {
            each.download_button.id: each.download_button.deferred_file_id for each in self._elements("download_button")
        }

    @property
    def lines(self) -> list[str]:
        """What is written on the page, a paragraph each."""
        return [each.markdown.body.replace(WORD_JOINER, "") for each in self._elements("markdown")] + [
            each.text.body for each in self._elements("text")
        ]

    def holds(self, *marks: str) -> set[str]:
        """Those of the marks that were sent, as they are or as JSON writes them, links or not."""
        sent = bytes(self.received).replace(WORD_JOINER.encode(), b"")
        escaped = {mark: mark.encode("unicode_escape") for mark in marks}
        return {mark for mark in marks if mark.encode() in sent or escaped[mark] in sent}

    def _elements(self, kind: str) -> Iterator:
        for message in self.messages:
            if message.delta.new_element.HasField(kind):
                yield message.delta.new_element

    def _fragment(self, widget: str) -> str:
        for message in self.messages:
            if message.delta.new_element.button.id == widget:
                return message.delta.fragment_id
        return ""

    def _run(self, asked: BackMsg, fragment: str = "") -> None:
        client = asked.rerun_script
        client.page_name, client.query_string, client.fragment_id = self._page, self._query, fragment
        client.context_info.locale = "en-GB"
        client.context_info.url = f"{self._address}/{self._page}"
        client.SetInParent()
        self._socket.send(asked.SerializeToString())
        if not fragment:
            self.messages.clear()
        while True:
            message = self._next()
            self.messages.append(message)
            if message.WhichOneof("type") == "script_finished":
                ended = message.script_finished
                if ended in {ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY}:
                    return

    def _next(self) -> ForwardMsg:
        arrived = self._socket.recv(timeout=PATIENCE)
        assert isinstance(arrived, bytes)
        self.received += arrived
        message = ForwardMsg()
        message.ParseFromString(arrived)
        if message.HasField("new_session"):
            self._session = message.new_session.initialize.session_id
        return message


@contextmanager
def visit(address: str, cookies: dict[str, str], **headers: str) -> Iterator[Visit]:
    """A new session, as the browser of someone with these cookies begins it; a proxy between may add headers."""
    parts = urlsplit(address)
    xsrf = httpx.get(f"{address}/_stcore/health", cookies=cookies, timeout=PATIENCE, verify=TLS).cookies.get(
        "_streamlit_xsrf", ""
    )
    all_cookies = cookies | {"_streamlit_xsrf": xsrf}
    header = "; ".join(f"{name}={value}" for name, value in all_cookies.items())
    socket = connect(
        f"ws{address.removeprefix('http')}/_stcore/stream",
        origin=f"{parts.scheme}://{parts.netloc}",
        subprotocols=["streamlit", xsrf or "none"],
        additional_headers={"Cookie": header, **headers},
        max_size=None,
        open_timeout=PATIENCE,
        ssl=TLS if address.startswith("https:") else None,
    )
    with socket:
        yield Visit(socket, address, cookies)

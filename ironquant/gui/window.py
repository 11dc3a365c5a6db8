"""The main window: puts the parts together and connects them."""

from __future__ import annotations

import tempfile
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from ironquant.core import SOFTWARE_NAME, Finding, Organ, Settings
from ironquant.gui import language, style
from ironquant.gui.actions import Actions
from ironquant.gui.browser import Browser
from ironquant.gui.centre import Centre
from ironquant.gui.controller import Controller
from ironquant.gui.diagnostics import Diagnostics
from ironquant.gui.docks import Docks
from ironquant.gui.filing import Filing
from ironquant.gui.foldingbar import FoldingBar
from ironquant.gui.garbage import Collector
from ironquant.gui.helping import Help
from ironquant.gui.history_window import History
from ironquant.gui.joining import join_panels, switches
from ironquant.gui.keeper import Keeper
from ironquant.gui.method_menu import MethodMenu
from ironquant.gui.notices import BusyBar, NoticeBar
from ironquant.gui.patient_bar import PatientBar
from ironquant.gui.pieces import label
from ironquant.gui.places import Places
from ironquant.gui.result_panel import ResultPanel
from ironquant.gui.second_screen import SecondScreen
from ironquant.gui.session import PAIR
from ironquant.gui.showing import Showing
from ironquant.gui.starting import Start
from ironquant.gui.tools.desk import RegionDesk
from ironquant.gui.tools.list import RegionList
from ironquant.gui.tools.window import connect_tools, enable_tools
from ironquant.gui.unfinished_dialog import UnfinishedDialog, ask_to_lose
from ironquant.gui.viewing import Viewing
from ironquant.gui.words import ask_clinical, copy_text
from ironquant.resources import LANGUAGES

if TYPE_CHECKING:
    from ironquant.gui.printing import Printing


class MainWindow(QMainWindow):
    """IronQuant's window."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.setWindowIcon(style.icon("app"))
        self.setAcceptDrops(True)
        self._collector = Collector(self)
        self.controller = Controller(settings, self)
        self.browser, self.results = Browser(), ResultPanel()
        self.centre = Centre(self.controller)
        self.desk, self.regions = RegionDesk(self.controller), RegionList()
        self.busy, self.notice = BusyBar(), NoticeBar()
        self.patient = PatientBar()
        self.read_out, self.research = label("reading"), label("research")
        self._sample_folder: tempfile.TemporaryDirectory[str] | None = None
        self.filing = Filing(self.controller, self.notice, self)
        self.keeper, self.methods = Keeper(self.controller), MethodMenu(self.controller, self)
        self.diagnostics = Diagnostics(self.controller, self)
        self._lay_out()
        bars = self.menuBar(), self.tool_bar, self.centre.strip
        self.actions_ = Actions(self, *bars, self.centre, self.docks.toggles)
        self.help = Help(self)
        self.history = History(self.controller, self.centre, self.actions_)
        self.viewing = Viewing(self.controller, self.centre, self.results, self.actions_)
        self.start = Start(self.controller, self.keeper, self.centre, self.actions_, self)
        self.second_screen = SecondScreen(self)
        self._connect()
        self._retranslate()
        self.places.restore()

    @cached_property
    def printing(self) -> Printing:
        """Prints the report; Qt's part for printers is loaded only then."""
        from ironquant.gui.printing import Printing

        return Printing(self.filing, self)

    def open_path(self, path: Path) -> None:
        """Open a folder or file."""
        self.notice.hide()
        self.controller.open_path(path)

    def open_sample(self) -> None:
        """Make the sample patient in a temporary folder and open it."""
        self.notice.hide()
        if self._sample_folder is None:
            self._sample_folder = tempfile.TemporaryDirectory(
                prefix="ironquant-",
                ignore_cleanup_errors=True,  # Windows keeps files that a scanner looks at
            )
            self.start.recent.leave_out(Path(self._sample_folder.name))
        self.controller.open_sample(Path(self._sample_folder.name))

    def set_language(self, lang: str) -> None:
        """Switch the language of the window, and remember it."""
        language.switch(lang, remember=True)

    def set_theme(self, theme: str) -> None:
        """Switch the colours of the window, and remember them."""
        style.switch(theme, remember=True)
        self._retranslate()

    # --- Qt --------------------------------------------------------------------------------------
    def changeEvent(self, event: QEvent) -> None:
        """Retranslate when the language changes."""
        if event.type() == QEvent.Type.LanguageChange and hasattr(self, "actions_"):
            self._retranslate()
        super().changeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take folders and files."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the first folder or file dropped."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.open_path(paths[0])

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep what is not saved, stop all work, then go."""
        failure = self.keeper.close()
        if failure is not None and not ask_to_lose(failure, self):
            event.ignore()
            return
        self.second_screen.close()
        self.places.keep()
        self.start.recent.close()
        self.controller.tasks.shutdown()
        self.controller.session.close_examination()
        self._collector.stop()
        if self._sample_folder is not None:
            self._sample_folder.cleanup()
            self._sample_folder = None
        super().closeEvent(event)

    def furnish(self) -> None:
        """Build what nobody waited for, now that its modules are loaded."""
        self.centre.furnish()
        self._collector.keep()

    # --- building --------------------------------------------------------------------------------
    def _lay_out(self) -> None:
        self.tool_bar = FoldingBar(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.addToolBar(self.tool_bar)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        contents = {
            "examinations": self.browser,
            "regions": self.regions,
            "tools": self.centre.strip,
            "curve": self.centre.curves,
            "results": self.results,
            "impression": self.results.words,
        }
        for widget, width in ((self.browser, 210), (self.regions, 210), (self.results, 290)):
            widget.setMinimumWidth(width)
        self.docks = Docks(self.centre, contents)
        self.places = Places(self, self.docks, self.centre)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.patient, self.busy, self.notice):
            column.addWidget(part)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.centre.start)
        self.pages.addWidget(self.docks)
        column.addWidget(self.pages, 1)
        self.setCentralWidget(whole)
        self.statusBar().setSizeGripEnabled(False)
        self.statusBar().addWidget(self.read_out, 1)
        self.statusBar().addPermanentWidget(self.research)
        self.setMinimumSize(880, 500)
        self.show_start(True)

    def _connect(self) -> None:
        controller, centre = self.controller, self.centre
        controller.list_changed.connect(lambda: self.browser.show_session(controller.session))
        controller.examination_changed.connect(self._examination_changed)
        controller.organ_changed.connect(self._organ_changed)
        controller.region_changed.connect(self._region_changed)
        controller.previewed.connect(self._previewed)
        controller.maps_changed.connect(lambda organ: centre.panels[organ].refresh_map())
        controller.noticed.connect(self._notice)
        controller.echo_times_wanted.connect(self.filing.ask_echo_times)
        controller.acted.connect(self.notice.hide)
        controller.tasks.busy_changed.connect(self.busy.set_busy)
        controller.tasks.busy_changed.connect(centre.refresh_empty)
        controller.tasks.progressed.connect(self.busy.show_progress)
        self.busy.cancel_wanted.connect(controller.tasks.cancel_visible)
        self.browser.examination_chosen.connect(self._choose)
        self.results.profile_chosen.connect(controller.set_profile)
        self.results.accept_wanted.connect(controller.accept)
        self.results.method_wanted.connect(self._show_methods)
        self.results.leave_out_wanted.connect(controller.leave_out)
        self.results.organ_activated.connect(centre.bring)
        controller.words_changed.connect(self._words_changed)
        controller.case_changed.connect(self._enable)
        self.keeper.found.connect(self.show_unfinished)
        impression = self.results.impression
        impression.worded.connect(controller.set_impression)
        impression.copy_wanted.connect(self._copy_text)
        impression.clinical_wanted.connect(partial(ask_clinical, controller, self))
        centre.active_changed.connect(self._active_changed)
        centre.start_shown.connect(self.show_start)
        centre.empty.open_button.clicked.connect(self.filing.ask_folder)
        centre.empty.sample_button.clicked.connect(self.open_sample)
        self.notice.action.clicked.connect(self.filing.show_saved)
        self.notice.diagnose.clicked.connect(self.diagnostics.show)
        centre.furnished.connect(partial(join_panels, self))
        self.showing = Showing(centre, self.actions_, self._show_methods)
        self.results.show_wanted.connect(self.showing.show)
        self._connect_actions()

    def _connect_actions(self) -> None:
        controller, centre = self.controller, self.centre
        slots = {
            "unfinished": self.show_unfinished,
            "sample": self.open_sample,
            "quit": self.close,
            "undo": controller.undo,
            "redo": controller.redo,
            "propose": lambda: controller.propose_again(centre.active),
            "accept": lambda: controller.accept(centre.active),
            "next": controller.done_and_next,
            "toggle_echo": lambda: centre.panel.toggle_current_echo(),
            "reset_echoes": lambda: controller.reset_echoes(centre.active),
            "method": lambda: self._show_methods(centre.active),
            "leave_out": lambda: controller.leave_out(centre.active, self.actions_["leave_out"].isChecked()),
            "clinical": partial(ask_clinical, controller, self),
            "impression": self.results.impression.edit.setFocus,
            "copy_text": self._copy_text,
            "map_next": self.showing.next_map,
            "print": lambda: self.printing.print(),
            "preview": lambda: self.printing.preview(),
            **{code: partial(self.set_language, code) for code in LANGUAGES},
            "reset_layout": self.places.reset,
            "light": lambda: self.set_theme("light" if self.actions_["light"].isChecked() else "dark"),
        }
        for part in (centre, self.filing, self.start, self.diagnostics, self.help, self.second_screen):
            slots |= part.slots()
        for name, slot in slots.items():
            self.actions_[name].triggered.connect(lambda _=False, slot=slot: slot())
        for name, switch in switches(centre).items():
            self.actions_[name].triggered.connect(switch)
        for name in ("excluded", "segments"):
            self.actions_[name].setChecked(True)
        connect_tools(self.actions_, centre, self.desk, self.regions)

    # --- answering -------------------------------------------------------------------------------
    def show_start(self, shown: bool) -> None:
        """Show the start page, or the panels around the images."""
        if not shown:
            self.centre.furnish()
        self.pages.setCurrentWidget(self.centre.start if shown else self.docks)
        self.patient.setHidden(shown)

    def _choose(self, index: int) -> None:
        if index != self.controller.session.current:
            self.notice.hide()
            self.controller.open_examination(index)

    def _examination_changed(self) -> None:
        self.patient.show_examination(self.controller.session.examination)
        self.centre.load()
        self.results.show_session(self.controller.session)
        self._show_regions()
        self._enable()
        self._tell_why_nothing()

    def _organ_changed(self, organ: Organ) -> None:
        self.centre.refresh(organ)
        self.results.show_organ(self.controller.session, organ)
        self._show_regions()
        self._enable()

    def _region_changed(self, organ: Organ) -> None:
        self.centre.panels[organ].refresh_regions()
        self._show_regions()
        self._enable()

    def _show_regions(self) -> None:
        self.regions.show_organ(self.controller.session, self.centre.active)

    def _previewed(self, organ: Organ) -> None:
        self.centre.panels[organ].refresh_numbers()
        self.results.show_organ(self.controller.session, organ)
        self._show_regions()

    def _active_changed(self, organ: Organ) -> None:
        self.results.set_active(organ)
        self._show_regions()
        if hasattr(self, "actions_"):
            self._enable()

    def _show_methods(self, organ: Organ) -> None:
        self.methods.show(organ, self.results.cards[organ].method_button)

    def _words_changed(self) -> None:
        self.results.impression.show_session(self.controller.session)
        self._enable()

    def _copy_text(self) -> None:
        self.results.impression.take()
        copy_text(self.controller)
        self.statusBar().showMessage(self.tr("Findings and impression are on the clipboard."), 4000)

    def _notice(self, finding: Finding) -> None:
        self.notice.show_finding(finding)
        self.centre.refresh_all()

    def _tell_why_nothing(self) -> None:
        """Where an examination has no measurable series, say why."""
        session = self.controller.session
        if session.current is None or session.examination is None or session.examination.series:
            return
        ref = session.refs[session.current]
        found = [*ref.findings, *(finding for series in ref.series for finding in series.findings)]
        gravest = [finding for finding in found if finding.severity == "error"]
        if gravest:
            self.notice.show_finding(gravest[0])

    def show_unfinished(self) -> None:
        """Offer the work of earlier starts that was not saved."""
        dialog = UnfinishedDialog(self.keeper, self)
        dialog.finished.connect(self._enable)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
        self._enable()

    # --- showing ---------------------------------------------------------------------------------
    def _enable(self) -> None:
        session, organ = self.controller.session, self.centre.active
        entry = session.entry(organ)
        opened = session.examination is not None
        case, changeable = session.case, session.refusal is None
        has_region, measured = bool(entry.regions), opened and bool(session.organs)
        enabled = {
            "save": opened,
            "save_as": opened,
            "finish": case is not None and changeable,
            "unfinished": bool(self.keeper.unfinished),
            **dict.fromkeys(("report", "finish_report", "print", "preview", "export"), measured),
            "undo": bool(session.history.past),
            "redo": bool(session.history.future),
            "propose": opened and bool(session.examination and session.examination.series),
            "accept": has_region and organ not in session.state.accepted,
            "toggle_echo": has_region,
            "method": opened and organ in PAIR,
            "reset_echoes": entry.echoes is not None,
            "next": self.controller.next_index is not None,
            "leave_out": has_region,
            "clinical": opened,
            "impression": opened,
            "copy_text": measured,
            "map": opened,
        }
        name = "" if case is None else f"{case.path.name} – "
        self.setWindowTitle(f"{name}{SOFTWARE_NAME}[*]")
        self.setWindowModified(session.fingerprint in session.unsaved())
        self.actions_["leave_out"].setChecked(session.excludes_outliers(organ))
        for name, on in enabled.items():
            self.actions_[name].setEnabled(on)
        enable_tools(self.actions_, session, organ, self.desk, comparing=self.centre.comparing)

    def _retranslate(self) -> None:
        self.docks.retranslate()
        self.actions_.retranslate()
        self.tool_bar.fold()
        self.actions_[language.current()].setChecked(True)
        self.actions_["light"].setChecked(style.current() == "light")
        self.tool_bar.setWindowTitle(self.tr("Tools"))
        self.research.setText(self.tr("For research use; not a certified medical device"))
        session = self.controller.session
        self.browser.retranslate(session)
        self.centre.retranslate()
        self.results.retranslate(session)
        self.regions.retranslate()
        self.history.refresh()
        self.second_screen.refresh()
        self._show_regions()
        self.busy.retranslate()
        self.notice.retranslate()
        self.patient.show_examination(session.examination)
        self.start.refresh()
        self._enable()

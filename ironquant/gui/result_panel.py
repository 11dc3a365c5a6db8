"""The right side: profile, a card per organ, findings of the examination; the words of the impression."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from ironquant.core import Organ
from ironquant.gui.impression_card import ImpressionCard
from ironquant.gui.organ_card import FindingList, OrganCard
from ironquant.gui.pieces import named
from ironquant.gui.session import ORGANS, PAIR, Session
from ironquant.iron import profile_names


class ResultPanel(QFrame):
    """Results of both organs.

    Signals
    -------
    profile_chosen : str
    accept_wanted, method_wanted, organ_activated : Organ
    leave_out_wanted : Organ, bool
    show_wanted : Organ, Finding
    """

    profile_chosen = Signal(str)
    accept_wanted = Signal(object)
    method_wanted = Signal(object)
    show_wanted = Signal(object, object)
    leave_out_wanted = Signal(object, bool)
    organ_activated = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("side")
        self.profile_label, self.profile_box = QLabel(), QComboBox()
        self.profile_box.addItems(list(profile_names()))
        self.profile_box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.profile_box.textActivated.connect(self.profile_chosen)
        self._active, self._drawn = ORGANS[0], set[Organ]()
        self.cards = {organ: OrganCard(organ) for organ in ORGANS}
        self.findings = FindingList()
        self.impression = ImpressionCard()
        cards = named(QWidget(), "cards")
        column = QVBoxLayout(cards)
        column.setContentsMargins(10, 2, 10, 10)
        column.setSpacing(10)
        for card in self.cards.values():
            column.addWidget(card)
            card.accept_wanted.connect(self.accept_wanted)
            card.show_wanted.connect(self.show_wanted)
            card.method_wanted.connect(self.method_wanted)
            card.leave_out_wanted.connect(self.leave_out_wanted)
            card.activated.connect(self.organ_activated)
        column.addWidget(self.findings)
        column.addStretch(1)
        self.scroll_area = scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(cards)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        head = QHBoxLayout()
        head.setContentsMargins(12, 7, 12, 5)
        head.setSpacing(10)
        head.addWidget(self.profile_label)
        head.addWidget(self.profile_box, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addWidget(scroll, 1)
        self.words = named(QFrame(), "side")
        foot = QVBoxLayout(self.words)
        foot.setContentsMargins(10, 2, 10, 10)
        foot.addWidget(self.impression)

    def show_session(self, session: Session) -> None:
        """Show profile, both organs and what was found about the examination."""
        with QSignalBlocker(self.profile_box):
            if self.profile_box.findText(session.settings.profile) < 0:  # of a case from elsewhere
                self.profile_box.addItem(session.settings.profile)
            self.profile_box.setCurrentText(session.settings.profile)
        for organ in ORGANS:
            self.show_organ(session, organ)
        examination = session.examination
        self.findings.show_findings(examination.findings if examination else ())
        self.impression.show_session(session)

    def show_organ(self, session: Session, organ: Organ) -> None:
        """Show one organ."""
        accepted = organ in session.state.accepted
        excludes = session.excludes_outliers(organ)
        self.cards[organ].show_organ(session.organs.get(organ), accepted, excludes)
        (self._drawn.add if session.entry(organ).regions else self._drawn.discard)(organ)
        self._show_cards()
        self.impression.show_session(session)

    def set_active(self, active: Organ) -> None:
        """Frame the card of the active organ."""
        self._active = active
        for organ, card in self.cards.items():
            card.set_active(organ == active)
        self._show_cards()

    def _show_cards(self) -> None:
        """Leave out organs that are neither looked at nor drawn."""
        for organ, card in self.cards.items():
            card.setVisible(organ in PAIR or organ in self._drawn or organ == self._active)

    def retranslate(self, session: Session) -> None:
        """Put every word into the language of the window."""
        self.scroll_area.setAccessibleName(self.tr("Results"))
        self.profile_label.setText(self.tr("Profile"))
        self.impression.retranslate(session)
        self.profile_box.setAccessibleName(self.tr("Profile"))
        self.profile_box.setToolTip(self.tr("Calibration, models and grades that are used"))
        self.show_session(session)

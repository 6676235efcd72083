"""A machine of histories over pulls: people edit while we page, pulls are killed and go on, censuses come between.

For tests of adapters, ours and third-party (needs hypothesis). A subclass says how a team is opened, what people may
do in the tracker and what is there; whatever happens, in the end the store holds what the tracker holds.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from planora_sync.runs.pull import Progress, Pulled, PullStatus, pull_all
from planora_sync.runs.workspace import Workspace

ACTS = st.integers(min_value=0, max_value=10_000)
"""What people do, by a number that the subclass makes an act of."""


class Killed(BaseException):
    """The process was killed."""


class PullMachine(RuleBasedStateMachine):
    """Pulls of one connection, in any order, while people work."""

    SETTLES = 4
    """So many pulls, a census interval apart, bring store and tracker together once people rest."""

    # -- what a subclass says -----------------------------------------------------------------------------

    @abstractmethod
    def open(self) -> Workspace:
        """Return the team, as a new process opens it."""

    @abstractmethod
    def act(self, number: int) -> None:
        """Do something as a person does it in the tracker; the same number does the same."""

    @abstractmethod
    def there(self) -> Mapping[str, str]:
        """Return content hashes of the open entries that the tracker holds, by external id."""

    @abstractmethod
    def forward(self, hours: float) -> None:
        """Let time pass."""

    # -- what happens -------------------------------------------------------------------------------------

    @rule(number=ACTS)
    def people_work(self, number: int) -> None:
        """Somebody edits, creates, moves or deletes."""
        self.act(number)

    @rule(hours=st.sampled_from([0.02, 1.0, 25.0]))
    def time_passes(self, hours: float) -> None:
        """Minutes, hours or a day pass; after a day a census is due."""
        self.forward(hours)

    @rule(full=st.booleans(), meanwhile=st.lists(ACTS, max_size=3))
    def pull_while_people_work(self, full: bool, meanwhile: Sequence[int]) -> None:
        """A pull runs to its end; after each of its first pages somebody does something."""
        self._pull(full=full, progress=self._meanwhile(meanwhile, kill_after=None))

    @rule(
        full=st.booleans(), pages=st.integers(min_value=1, max_value=4), meanwhile=st.lists(ACTS, max_size=3)
    )
    def pull_and_be_killed(self, full: bool, pages: int, meanwhile: Sequence[int]) -> None:
        """A pull is killed once so many pages are stored."""
        try:
            self._pull(full=full, progress=self._meanwhile(meanwhile, kill_after=pages))
        except Killed:
            return

    def teardown(self) -> None:
        """Check that after some quiet pulls the store holds what the tracker holds."""
        for _ in range(self.SETTLES):
            self.forward(25)
            pulled = self._pull(full=False, progress=lambda name, count: None)
        assert pulled.status is PullStatus.OK, pulled
        assert self._known() == dict(self.there())

    def _pull(self, *, full: bool, progress: Progress) -> Pulled:
        with self.open() as workspace:
            (pulled,) = pull_all(workspace, full=full, progress=progress)
        return pulled

    def _meanwhile(self, acts: Sequence[int], *, kill_after: int | None) -> Progress:
        waiting, pages = list(acts), [0]

        def progress(_name: str, _count: int) -> None:
            pages[0] += 1
            if waiting:
                self.act(waiting.pop(0))
            if pages[0] == kill_after:
                raise Killed

        return progress

    def _known(self) -> Mapping[str, str]:
        with self.open() as workspace:
            entries = workspace.store.entries.load()
        return {entry.ref.id: entry.content_hash for entry in entries if entry.is_open}

"""The contract suite: what every adapter must do, whatever tracker is behind it.

How to use it, in ours and in third-party packages alike:

    from planora_sync.testing import AdapterContract, OtherValue

    class TestContract(AdapterContract):
        @pytest.fixture
        def sandbox(self): ...                          # a fresh workspace for each test

        @pytest.fixture
        def adapter(self, sandbox): ...                 # read-write, with a token, a scope and a `sleep` of no time

        @pytest.fixture
        def ledger(self, sandbox):                      # the requests the tracker saw, live
            return sandbox.ledger

        @pytest.fixture
        def writable(self):                             # a legal other value for each field of capabilities.writes
            return {Field.DUE: OtherValue(id="10042", value=day(date(2026, 12, 1)))}

        @pytest.fixture
        def unknown_id(self): ...                       # a well-formed id that names nothing

        @pytest.fixture
        def absent_place(self): ...                     # a scope word that names no place

        @pytest.fixture
        def draft(self): ...                            # with capabilities.create

        @pytest.fixture
        def link_draft(self): ...                       # with capabilities.link

Optional fixtures: `fail` (such as `sandbox.fail`; without it the tests of bad weather are skipped),
`advance` (lets seconds pass in the workspace), `secrets`, `read_only_adapter`, `refused_adapter`,
`absent_adapter`. With `capabilities.hints`: `delivery` (one webhook's request, signed) and `sign` (signs any
body); `adapter` then has a `webhook_secret`. With `capabilities.batch_write`: `together` (values of one field
for several entries that go in one call). With `capabilities.resume`: nothing, but a workspace that comes in
several pages. Hooks to override: `again` (how to make another adapter over the same workspace), `is_write`
(which requests write, where searches are POSTs), `links_of`, `together_field`.

A fixture that is left out raises NotImplementedError with a sentence. What an adapter does not declare in its
capabilities is skipped visibly. To see the values in a failed assertion, nothing needs to be done: importing
`planora_sync.testing` registers these modules with pytest's assertion rewriting.
"""

from __future__ import annotations

from planora_sync.testing.contract import (
    CountingContract,
    CreatingContract,
    FaultsContract,
    HearingContract,
    IncrementalContract,
    ReadingContract,
    ResumingContract,
    TellingContract,
    TogetherContract,
    TroubleContract,
    WritingContract,
)


class AdapterContract(
    ReadingContract,
    IncrementalContract,
    ResumingContract,
    CountingContract,
    TellingContract,
    HearingContract,
    WritingContract,
    TogetherContract,
    CreatingContract,
    TroubleContract,
    FaultsContract,
):
    """All parts of the contract; subclass it as `TestContract` in the tests of an adapter."""

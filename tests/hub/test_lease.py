"""Who leads: two collectors never do at once, by their own clocks."""

from hypothesis import given
from hypothesis import strategies as st

from statmon.hub.lease import CLAIM_EVERY, MARGIN, RENEW_EVERY, TTL, Do, Lease


def test_who_claims_leads_for_less_than_the_servers_time():
    """Counted from the question, not from the answer."""
    lease = Lease()
    assert lease.decide(10) is Do.CLAIM
    assert lease.decide(10.1) is Do.NOTHING
    lease.won(7)
    assert lease.epoch == 7
    assert lease.leads(10 + TTL - MARGIN - 0.01)
    assert not lease.leads(10 + TTL - MARGIN)


def test_a_lease_is_renewed_each_second_under_the_same_epoch():
    """The server's revision grows, the epoch does not."""
    lease = Lease()
    lease.decide(0)
    lease.won(7)
    assert lease.decide(RENEW_EVERY - 0.01) is Do.NOTHING
    assert lease.decide(RENEW_EVERY) is Do.RENEW
    lease.won(8)
    assert (lease.epoch, lease.revision) == (7, 8)


def test_a_refused_renewal_ends_it_at_once():
    """Somebody else leads."""
    lease = Lease()
    lease.decide(0)
    lease.won(7)
    lease.decide(1)
    lease.lost(1.1)
    assert not lease.leads(1.1)
    assert lease.decide(1.2) is Do.NOTHING
    assert lease.decide(1.1 + CLAIM_EVERY) is Do.CLAIM


def test_an_unheard_renewal_is_tried_again_until_its_time_is_over():
    """A server that is gone for a second changes nothing."""
    lease = Lease()
    lease.decide(0)
    lease.won(7)
    lease.decide(1)
    lease.unheard(2)
    assert lease.leads(2)
    assert lease.decide(2.6) is Do.RENEW
    lease.unheard(TTL)
    assert not lease.leads(TTL)
    assert lease.decide(TTL + CLAIM_EVERY) is Do.CLAIM


def test_who_was_frozen_does_not_lead_when_it_wakes():
    """Its first act is to ask; what it gets is another leadership."""
    lease = Lease()
    lease.decide(0)
    lease.won(7)
    assert not lease.leads(3600)
    assert lease.decide(3600) is Do.CLAIM
    lease.won(9)
    assert lease.epoch == 9


def test_epochs_grow_also_when_the_server_forgot_its_count():
    """What the shared history knows of is a floor."""
    lease = Lease(floor=40)
    lease.decide(0)
    lease.won(1)
    assert lease.epoch == 41
    lease.decide(1)
    lease.lost(1)
    lease.decide(10)
    lease.won(3)
    assert lease.epoch == 42


class Server:
    """A server that ends a lease after its time."""

    def __init__(self):
        self.revision, self.held, self.until = 0, 0, -1.0

    def ask(self, do, revision, now):
        """Return the new revision, or None where it is refused."""
        free = now >= self.until
        if (do is Do.CLAIM and free) or (do is Do.RENEW and not free and revision == self.held):
            self.revision += 1
            self.held, self.until = self.revision, now + TTL
            return self.revision
        return None


EVENTS = st.lists(
    st.tuples(
        st.integers(0, 2),  # which collector acts
        st.floats(0, 4),  # seconds before
        st.floats(0, 6),  # seconds until the server hears it
        st.floats(0, 6),  # seconds until the answer comes
        st.sampled_from(["answered", "unheard", "answer lost"]),
    ),
    max_size=60,
)


@given(events=EVENTS)
def test_never_two_lead_at_once(events):
    """Whatever is late, lost or frozen: at each moment one leads, and epochs only grow."""
    server, leases, now = Server(), [Lease() for _ in range(3)], 0.0
    epochs: list[tuple[int, int]] = []
    for who, wait, there, back, fate in events:
        now += wait
        lease = leases[who]
        do = lease.decide(now)
        if do is Do.NOTHING:
            continue
        now += there
        before = [one.leads(now) for one in leases]
        revision = None if fate == "unheard" else server.ask(do, lease.revision, now)
        now += back
        if fate != "answered":
            lease.unheard(now)
        elif revision is None:
            lease.lost(now)
        else:
            lease.won(revision)
            if lease.leads(now) and not before[who]:
                epochs.append((lease.epoch, who))
        assert sum(one.leads(now) for one in leases) <= 1
    assert epochs == sorted(epochs)
    assert len({epoch for epoch, _ in epochs}) == len(set(epochs))

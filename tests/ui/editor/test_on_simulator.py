"""The desk at a real engine on the simulator: preview, save, change, with nothing else blinking."""

import asyncio
from dataclasses import replace

import pytest

from statmon.engine import Engine
from statmon.service.wire.events import SubscriptionChanged
from statmon.ui.editor import preview
from statmon.ui.start import loop as qt_loop
from statmon.ui.start.application import application
from statmon.ui.start.compose import whole_window
from statmon.ui.start.run import Life
from tests.engine.support.stage import simulated, workspace

CALLS = [(f"agent{number}", "InboundCalls") for number in range(1, 4)]


def at_simulator(qapp, until, steps):
    """Run steps at a desk whose engine is on the simulator; nothing may be left there."""
    application("light")

    async def main():
        async with simulated() as stage:
            engine = Engine(workspace(Calls=CALLS).at(stage.url), stage.access())
            window = whole_window(engine, "light")
            life = Life(window.parts)
            desk = window.parts.edit(life.start)
            window.closing.connect(desk.end)
            window.show()
            desk.begin(None)
            living = asyncio.create_task(life.live())
            try:
                await steps(stage, engine, desk)
            finally:
                window.close()
                await living
                window.deleteLater()
            assert not stage.open  # neither subscriptions nor previews are left

    qt_loop.run(qapp, main())


def test_a_definition_is_seen_saved_and_changed_live(qapp, until, monkeypatch):
    """Its value before it is saved; then it is open; what was open before stays under its id."""
    monkeypatch.setattr(preview, "_SETTLED_MS", 10)
    seen = []

    async def steps(stage, engine, desk):
        await until(lambda: engine.subscriptions["Calls"].state == "open", 20)
        (first,) = stage.open
        engine.listen(seen.append)
        desk.add()
        await until(lambda: desk.editors)
        editor = desk.editors[0]
        page = editor.choose
        page.objects.take("agent1\nagent2")
        page.ways.setCurrentWidget(page.form)
        page.form.change({"category": "CurrentTime", "subject": "AgentStatus", "mainMask": "*",
                          "intervalType": None, "dynamicTimeProfile": None})  # fmt: skip
        await until(lambda: page.preview.value.text()[:1] in "0123456789", 20)
        assert len(stage.open) == 2  # ours and the scratch subscription
        editor.add()
        editor.name.setText("Times")
        editor._rename("Times")
        editor._save()
        await until(lambda: not desk.editors, 20)
        assert engine.subscriptions["Times"].state == "open"
        await until(lambda: len(stage.open) == 2, 20)
        assert first in stage.open

        desk.document.undo()
        await until(lambda: list(stage.open) == [first], 20)
        touched = {event.name for event in seen if isinstance(event, SubscriptionChanged)}
        assert touched == {"Times"}

    at_simulator(qapp, until, steps)


@pytest.mark.parametrize("shared", [True, False])
def test_a_refusal_ends_the_wait_and_is_said(qapp, until, shared):
    """Shared with another subscription or not: the edit stays, in the service's words."""

    async def steps(stage, engine, desk):
        await until(lambda: engine.subscriptions["Calls"].state == "open", 20)
        desk.add()
        await until(lambda: desk.editors)
        editor = desk.editors[0]
        items = [("typo7", "InboundCalls"), *(CALLS[:1] if shared else ())]
        (added,) = workspace(New=items).subscriptions
        last = added.statistics[-1]  # it stands there twice, and can be open or refused once
        again = replace(last, statistic=replace(last.statistic, id="again"))
        editor._change("add", replace(added, statistics=(*added.statistics, again)))
        editor._save()
        await until(lambda: editor.saving.busy, 20)
        await until(lambda: not editor.saving.busy, 60)
        assert editor.isVisible()
        (error,) = engine.subscriptions["New"].errors
        assert error.message in editor.problem.text()
        assert "typo7 InboundCalls" in editor.problem.text()
        assert engine.subscriptions["New"].settled == len(items)
        assert [one.name for one in engine.workspace.subscriptions] == ["Calls", "New"]
        assert not editor.modified

        editor._save()  # told once: the list goes on to say it
        await until(lambda: not desk.editors, 20)

    at_simulator(qapp, until, steps)

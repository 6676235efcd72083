"""What well-known list and label names mean, where a mapping does not say.

Compared by `names.bare` and `names.fold`; every table may be overruled by the vocabulary of a mapping.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from planora_sync.model import Category, Kind, Priority
from planora_sync.names import plain
from planora_trello.translation.names import bare


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split(","))


DONE = _words(
    "done,complete,completed,finished,closed,resolved,shipped,released,live,deployed,launched,delivered,archive,"
    "archived,cancelled,canceled,won't do,wont do,won't fix,rejected,declined,obsolete,abandoned,duplicate,"
    "duplicates,in production,in prod,merged,erledigt,fertig,abgeschlossen,archiv,verworfen,hecho,"
    "hechas,terminado,completado,finalizado,listo,archivado,terminé,terminée,terminés,fait,fini,archivé,feito,"
    "concluído,concluido,pronto,fatto,completato,klaar,gedaan,afgerond,zrobione,gotowe,готово,сделано,"
    "выполнено,完成,已完成,完了,完了済み,완료"
)
DONE_HEADS = (
    "done ",
    "shipped ",
    "released ",
    "completed ",
    "finished ",
    "archive ",
    "archived ",
    "erledigt ",
)
NOT_DONE = _words("not,to,be,of,almost,nearly,until,when,nicht,no")
DOING = _words(
    "doing,in progress,wip,work in progress,working on,started,ongoing,active,in development,development,"
    "developing,dev,coding,implementing,review,reviewing,in review,code review,peer review,pr review,"
    "pull request,pull requests,testing,test,in test,qa,uat,staging,verification,verifying,validation,"
    "validating,blocked,waiting,impeded,deploying,in arbeit,in bearbeitung,läuft,in prüfung,blockiert,"
    "haciendo,en curso,en progreso,en proceso,en revisión,bloqueado,en cours,en revue,bloqué,fazendo,"
    "em andamento,em progresso,em revisão,in corso,bezig,in uitvoering,w toku,в работе,в процессе,进行中,"
    "進行中,作業中,测试中,レビュー中,진행 중,진행중"
)
DOING_HEADS = (
    "in progress ",
    "doing ",
    "ready for qa",
    "ready for test",
    "ready for review",
    "ready for code review",
    "ready for deploy",
    "ready for release",
    "ready to merge",
    "ready to deploy",
    "ready to release",
    "ready to ship",
    "ready to test",
    "waiting for ",
    "waiting on ",
    "blocked ",
    "testing ",
)
SEGMENT = re.compile(r"\s+[-–—|·>]\s+|[:/|]")

KINDS: Mapping[str, Kind] = {
    "objective*": Kind.GOAL,
    "goal": Kind.GOAL,
    "goals": Kind.GOAL,
    "okr*": Kind.GOAL,
    "key result*": Kind.GOAL,
    "ziel": Kind.GOAL,
    "objetivo*": Kind.GOAL,
    "objectif*": Kind.GOAL,
    "initiative*": Kind.INITIATIVE,
    "iniciativa*": Kind.INITIATIVE,
    "epic*": Kind.EPIC,
    "épica*": Kind.EPIC,
    "épico*": Kind.EPIC,
    "bug*": Kind.BUG,
    "defect*": Kind.BUG,
    "fehler*": Kind.BUG,
    "バグ": Kind.BUG,
    "缺陷": Kind.BUG,
    "버그": Kind.BUG,
    "feature request*": Kind.REQUEST,
    "customer request*": Kind.REQUEST,
    "user request*": Kind.REQUEST,
    "request": Kind.REQUEST,
    "requests": Kind.REQUEST,
    "kundenwunsch": Kind.REQUEST,
    "solicitud*": Kind.REQUEST,
    "demande*": Kind.REQUEST,
    "idea": Kind.IDEA,
    "ideas": Kind.IDEA,
    "* idea": Kind.IDEA,
    "* ideas": Kind.IDEA,
    "idee": Kind.IDEA,
    "ideen": Kind.IDEA,
    "idée*": Kind.IDEA,
    "想法": Kind.IDEA,
    "アイデア": Kind.IDEA,
    "story": Kind.STORY,
    "stories": Kind.STORY,
    "user stor*": Kind.STORY,
    "feature": Kind.STORY,
    "features": Kind.STORY,
    "new feature": Kind.STORY,
    "improvement*": Kind.STORY,
    "enhancement*": Kind.STORY,
    "verbesserung*": Kind.STORY,
    "mejora*": Kind.STORY,
    "amélioration*": Kind.STORY,
    "task*": Kind.TASK,
    "* task": Kind.TASK,
    "chore*": Kind.TASK,
    "spike*": Kind.TASK,
    "aufgabe*": Kind.TASK,
    "tarea*": Kind.TASK,
    "tâche*": Kind.TASK,
    "任务": Kind.TASK,
}
"""Label -> kind, the strongest first: a card labelled Epic and Feature is an epic."""
BUG_LISTS = _words("bug,bugs,bug list,bug reports,bug backlog,reported bugs,defects,fehler,バグ")
"""Lists that hold bugs. No other kind is read from a list: a place must not say what its cards are."""

PRIORITIES: Mapping[Priority, frozenset[str]] = {
    Priority.CRITICAL: _words(
        "critical,blocker,urgent,highest,p0,sev0,sev1,sev 1,showstopper,emergency,kritisch,dringend,"
        "crítico,crítica,urgente,critique,緊急,紧急,긴급"
    ),
    Priority.HIGH: _words("high,p1,sev2,sev 2,major,important,hoch,alta,alto,haute,élevée,hoog,高"),
    Priority.MEDIUM: _words("medium,normal,moderate,p2,sev3,sev 3,mittel,media,medio,moyenne,中"),
    Priority.LOW: _words(
        "low,lowest,minor,trivial,p3,p4,sev4,sev 4,nice to have,niedrig,baja,bajo,basse,faible,低"
    ),
}
TOO_COMMON = _words("major,minor,important,normal,moderate,media,medio,alta,alto,baja,bajo,trivial")
"""Words that are a priority in a priority field, but too common to be one as a bare label."""
PRIORITY_LABEL = re.compile(r"(?:priority|prio|priorität|prioridad|priorité|优先级)\s*[:=\-/]?\s*(.+)")
PRIORITY_TAIL = re.compile(r"(.+?)\s+(?:priority|prio|priorität)")
SEVERITY_LABEL = re.compile(r"(?:severity|sev|schweregrad)\s*[:=\-/]?\s*(.+)")

BLOCKED = _words("blocked,blocker,impeded,waiting,blockiert,bloqueado,bloqueada,bloqué,bloccato,geblokkeerd")
RECURRING = _words("recurring,recurrent,repeating,wiederkehrend,recurrente,récurrent,ricorrente")
TEMPLATE = _words("template,templates,vorlage,plantilla,modèle,modelo")


def category(list_name: str) -> Category:
    """Return what a list's name says about the work in it; a name that says nothing is to do."""
    segments = [part.strip() for part in SEGMENT.split(bare(list_name)) if part.strip()]
    # "Review / Done" still holds work: nothing is called done on half a word.
    if any(part in DOING or part.startswith(DOING_HEADS) for part in segments):
        return Category.DOING
    return Category.DONE if any(_is_done(part) for part in segments) else Category.TODO


def _is_done(part: str) -> bool:
    if part in DONE or part.startswith(DONE_HEADS):
        return True
    words = part.split()
    # "Sprint 14 done", but not "To be done" and not "Definition of done".
    return 1 < len(words) <= 3 and words[-1] == "done" and not NOT_DONE & set(words)


def priority(value: str) -> Priority | None:
    """Return what the value of a priority field means."""
    return _priority(bare(value)) or _priority(plain(value))


def label_priority(label: str) -> Priority | None:
    """Return what a label says about priority: `Critical`, `P1`, `Priority: High`, `high priority`."""
    name = bare(label)
    if name in TOO_COMMON or SEVERITY_LABEL.fullmatch(name):
        return None
    said = PRIORITY_LABEL.fullmatch(name) or PRIORITY_TAIL.fullmatch(name)
    level = said[1].strip() if said else name
    return _priority(level) or (_priority(f"p{level}") if said else None)


def label_severity(label: str) -> Priority | None:
    """Return what a label says about severity: `Severity: high`, `sev1`."""
    name = bare(label)
    said = SEVERITY_LABEL.fullmatch(name)
    if not said:
        return None
    return _priority(name) or _priority(f"sev{said[1].strip()}") or _priority(said[1].strip())


def _priority(name: str) -> Priority | None:
    return next((level for level, words in PRIORITIES.items() if name in words), None)

"""How far an activity is, and in which role an organisation stands in a row."""

from collections.abc import Mapping
from functools import lru_cache

from app.kernel.text import fold

STATUSES = ("ongoing", "planned", "suspended", "completed", "cancelled")
"""From most to least alive: of joined rows the most alive counts."""
ROLES = ("reporting", "implementing", "both")

_STATUS_WORDS = {
    "planned": "planned|plan|pipeline|future|upcoming|forthcoming|proposed|intended|not started|not yet started|to start"
    "|will start|programmed|scheduled|committed|planifié|planifiée|planifie|prévu|prévue|programmé|à venir|en préparation"
    "|non démarré|pas commencé|pas encore commencé|à démarrer|planificado|planificada|planeado|previsto|prevista|programado"
    "|por iniciar|no iniciado|futuro|مخطط|مخطط لها|مخطط له|مقرر|قيد التخطيط|لم يبدأ|لم تبدأ",
    "ongoing": "ongoing|on going|on-going|in progress|under implementation|under way|underway|implementing|active|current"
    "|running|operational|started|implementation|continuing|continuous|extended|open|yes|en cours|en cours d'exécution"
    "|en cours de mise en œuvre|en exécution|actif|active|en marche|démarré|opérationnel|poursuite|en curso|en ejecución"
    "|en implementación|en proceso|en marcha|activo|activa|vigente|operativo|iniciado|جاري|جارية|جار|جاري التنفيذ|قيد التنفيذ"
    "|مستمر|مستمرة|نشط|حالي",
    "completed": "completed|complete|closed|finished|ended|done|concluded|terminated|implemented|achieved|finalised|finalized"
    "|delivered|past|terminé|terminée|achevé|achevée|clôturé|clôturée|cloture|fini|finalisé|réalisé|complété|exécuté"
    "|finalizado|finalizada|completado|completada|terminado|terminada|concluido|cerrado|ejecutado|realizado"
    "|مكتمل|مكتملة|منتهي|منتهية|انتهى|منجز|مغلق|منفذ|تم التنفيذ",
    "suspended": "suspended|temporarily suspended|on hold|paused|interrupted|stopped|halted|stalled|delayed|postponed|suspendu"
    "|suspendue|en suspens|interrompu|arrêté|en pause|reporté|suspendido|suspendida|en pausa|interrumpido|detenido|pospuesto"
    "|معلق|معلقة|متوقف|متوقفة|موقوف|مؤجل",
    "cancelled": "cancelled|canceled|abandoned|withdrawn|annulé|annulée|abandonné|supprimé|cancelado|cancelada|anulado|anulada"
    "|abandonado|ملغي|ملغى|ملغاة|ألغي",
}
_ROLE_WORDS = {
    "reporting": "reporting|reporting organisation|reporting organization|reporting partner|reporting agency|lead"
    "|lead organisation|lead agency|lead partner|programming|programming organisation|prime|coordinating|funded directly"
    "|direct|rapportage|rapportant|organisation rapportante|chef de file|lead partenaire|reporta|que reporta|quien reporta"
    "|organización que reporta|reportante|líder|socio principal|مقدم التقرير|الجهة المبلغة|رئيسي|قيادي",
    "implementing": "implementing|implementing partner|implementing organisation|implementing organization|implementing agency"
    "|implementer|executing|sub|sub partner|sub-grantee|subgrantee|ip|indirect|mise en œuvre|exécution|d'exécution"
    "|partenaire d'exécution|partenaire de mise en œuvre|exécutant|implementa|implementadora|implementador|ejecutor|ejecutora"
    "|socio implementador|socio ejecutor|ejecuta|منفذ|الشريك المنفذ|الجهة المنفذة",
    "both": "both|reporting and implementing|reporting & implementing|implementing and reporting|lead and implementing|direct"
    " implementation|self implementing|direct implementation|les deux|rapportant et exécutant|mise en œuvre directe|ambos"
    "|ambas|reporta e implementa|implementación directa|كلاهما|تنفيذ مباشر",
}


_ABOUT = frozenset(
    [
        "activity",
        "activities",
        "activite",
        "activites",
        "actividad",
        "actividades",
        "project",
        "projet",
        "proyecto",
        "programme",
        "status",
        "statut",
        "estado",
        "is",
        "est",
        "esta",
        "currently",
        "actuellement",
        "actualmente",
        "still",
        "toujours",
        "fully",
        "phase",
        "partner",
        "organisation",
        "organization",
        "role",
        "النشاط",
        "المشروع",
        "الحاله",
    ]
)


def _by_word(words: Mapping[str, str]) -> dict[str, str]:
    return {fold(word): meaning for meaning, terms in words.items() for word in terms.split("|")}


_STATUSES = _by_word(_STATUS_WORDS)
_ROLES = _by_word(_ROLE_WORDS)


@lru_cache(maxsize=10_000)
def status(text: str) -> str | None:
    """One of STATUSES, or None for a word that we don't know."""
    return _found(_STATUSES, fold(text))


@lru_cache(maxsize=10_000)
def role(text: str) -> str | None:
    """reporting, implementing, both, or None."""
    return _found(_ROLES, fold(text))


def most_alive(first: str, second: str) -> str:
    """Of two statuses of one activity, the one that says that more is happening; "" says nothing."""
    return min((first, second), key=lambda one: STATUSES.index(one) if one in STATUSES else len(STATUSES))


def _found(words: Mapping[str, str], folded: str) -> str | None:
    if meaning := words.get(folded):
        return meaning
    # "1. Ongoing", "Completed (2023)": the word without numbers.
    bare = " ".join(word for word in folded.split() if not word.isdecimal())
    if meaning := words.get(bare):
        return meaning
    # "Activité en cours", "Project completed": the word with nothing but what it is about beside it.
    parts = bare.split()
    kept = " ".join(word for word in parts if word not in _ABOUT)
    return words.get(kept)

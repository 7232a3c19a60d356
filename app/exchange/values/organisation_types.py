"""What kind of organisation a word for its type means, with the codes that other lists give it."""

from dataclasses import dataclass
from functools import lru_cache

from app.kernel.text import fold
from app.organisations.rules.kinds import Kind


@dataclass(frozen=True, slots=True)
class OrganisationType:
    """A type as files state it. `kind` is None where a person decides it; `humanitarian` is the HR.info code and
    `iati` the IATI one, "" where there is none; `scope` tells apart organisations of one kind; what isn't
    `registered` is refused.
    """

    kind: Kind | None
    humanitarian: str
    iati: str = ""
    scope: str = ""
    registered: bool = True


NATIONAL_NGO = OrganisationType(Kind.NGO, "441", "22", "national")
INTERNATIONAL_NGO = OrganisationType(Kind.NGO, "437", "21", "international")
UNITED_NATIONS = OrganisationType(Kind.INTERNATIONAL, "447", "40", "international")
GOVERNMENT = OrganisationType(Kind.DEPARTMENT, "435", "10")
LOCAL_GOVERNMENT = OrganisationType(Kind.LOCAL_GOVERNMENT, "435", "11", "local")
NATIONAL_RED_CROSS = OrganisationType(Kind.NGO, "445", "22", "national")
INTERNATIONAL_RED_CROSS = OrganisationType(Kind.NGO, "445", "21", "international")
FIRM = OrganisationType(Kind.FIRM, "444", "70")
ACADEMIC = OrganisationType(Kind.NGO, "431", "80", "academic")
DONOR = OrganisationType(None, "433")
FOUNDATION = OrganisationType(Kind.FOUNDATION, "433", "60")
INTERGOVERNMENTAL = OrganisationType(Kind.INTERNATIONAL, "438", "40", "international")
FAITH_BASED = OrganisationType(Kind.NGO, "446", "22", "national")
NETWORK = OrganisationType(Kind.NETWORK, "441", "22", "national")
SELF_ORGANISED = OrganisationType(Kind.SELF_ORGANISED, "441", "22", "national")
MEDIA = OrganisationType(None, "439")
EMBASSY = OrganisationType(None, "434", scope="foreign")
MILITARY = OrganisationType(None, "440", registered=False)
OTHER = OrganisationType(None, "443")

_WORDS: tuple[tuple[OrganisationType, str], ...] = (
    (
        NATIONAL_NGO,
        "nngo|national ngo|national ngos|local ngo|lngo|ngo national|ngo local|national non governmental organisation"
        "|national non governmental organization|local organisation|local organization|national organisation"
        "|national organization|local actor|national partner|local partner|l/nngo|lnngo|nngo/cbo|nngo/lngo|domestic ngo"
        "|civil society|civil society organisation|civil society organization|cso|local/national ngo|national/local ngo|ngo-local"
        "|national implementing partner|ngo|ong|ong nationale|ong nationales|ong locale|onn|ongn|ong n|ong nat|ong nationale/locale"
        "|ong locale/nationale|onng|organisation nationale|organisation locale|association nationale|association locale|association"
        "|société civile|osc|organisation de la société civile|ong nacional|ong local|ongs nacionales|ong nacionales|onl"
        "|organización nacional|organización local|organización no gubernamental nacional|ong nacional/local|sociedad civil"
        "|organización de la sociedad civil|ong colombiana|asociación|منظمة وطنية|منظمة محلية|منظمات وطنية|منظمات محلية"
        "|منظمة غير حكومية وطنية|منظمة غير حكومية محلية|منظمة مجتمع مدني|محلية|وطنية",
    ),
    (
        INTERNATIONAL_NGO,
        "ingo|international ngo|international ngos|ngo international|int ngo|intl ngo|int'l ngo|i ngo|foreign ngo|ngo-international"
        "|international non governmental organisation|international non governmental organization|ong internationale"
        "|ong internationales|ongi|ong i|oing|ong int|ong inter|ong intl|organisation non gouvernementale internationale"
        "|ong internacional|ongs internacionales|ong internacionales|organización no gubernamental internacional|ongs internacional"
        "|منظمة دولية|منظمة غير حكومية دولية|منظمات دولية|دولية|منظمة دولية غير حكومية",
    ),
    (
        UNITED_NATIONS,
        "un|un agency|un agencies|un organisation|un organization|united nations|united nations agency|un entity|un system|unct"
        "|un afp|nations unies|agence des nations unies|agence onu|agence un|agences un|agences des nations unies|nu|snu|onu"
        "|système des nations unies|agence des nu|agencia onu|agencia de la onu|agencias onu|agencias de naciones unidas"
        "|naciones unidas|sistema de naciones unidas|agencia de naciones unidas|agencia un|agencia del sistema de naciones unidas"
        "|snu agencia|الأمم المتحدة|أمم متحدة|وكالة أممية|منظمة أممية|وكالات الأمم المتحدة|وكالة الأمم المتحدة|منظمة امم متحدة",
    ),
    (
        GOVERNMENT,
        "government|govt|gov|gvt|govt agency|governmental|government agency|government partner|government institution|ministry"
        "|line ministry|national government|central government|national authority|authority|public institution|state|public"
        "|gouvernement|gouv|gouvernemental|institution gouvernementale|structure étatique|étatique|état|ministère|service technique"
        "|services techniques|service étatique|service public|institution publique|administration|autorité nationale|gobierno"
        "|gubernamental|gobierno nacional|entidad pública|entidad gubernamental|entidad del gobierno|institución pública|ministerio"
        "|estado|institución gubernamental|autoridad nacional|حكومة|حكومي|حكومية|جهة حكومية|مؤسسة حكومية|وزارة|الحكومة",
    ),
    (
        LOCAL_GOVERNMENT,
        "local government|local authority|local authorities|municipality|district government|county government|state government"
        "|provincial government|regional government|lga|sub national government|gouvernement local|collectivité|collectivité locale"
        "|collectivité territoriale|autorité locale|autorités locales|mairie|commune|gouvernement provincial|gobierno local|alcaldía"
        "|gobernación|municipio|gobierno municipal|gobierno departamental|ayuntamiento|autoridad local|سلطة محلية|حكومة محلية|بلدية",
    ),
    (
        NATIONAL_RED_CROSS,
        "red cross|red crescent|national red cross|red cross society|red crescent society|national society|rcrc|rc/rc"
        "|red cross/red crescent|red cross / red crescent|red cross red crescent|red cross and red crescent|red cross movement"
        "|rcrc movement|international red cross and red crescent movement|red cross/red crescent movement|red cross & red crescent"
        "|croix rouge|croissant rouge|croix rouge nationale|mouvement croix rouge|mouvement de la croix rouge"
        "|mouvement cr|croix rouge/croissant rouge|mouvement international de la croix rouge et du croissant rouge|cruz roja"
        "|movimiento cruz roja|movimiento de la cruz roja|cruz roja y media luna roja|media luna roja|الهلال الأحمر|الصليب الأحمر"
        "|الهلال الاحمر والصليب الاحمر|حركة الصليب الأحمر والهلال الأحمر",
    ),
    (
        INTERNATIONAL_RED_CROSS,
        "icrc|ifrc|cicr|ficr|fisc|اللجنة الدولية للصليب الأحمر|international red cross|ifrc/icrc|icrc/ifrc",
    ),
    (
        FIRM,
        "private|private sector|company|private company|firm|business|for profit|private organisation|private organization"
        "|contractor|corporate|secteur privé|privé|entreprise|entreprise privée|société|société privée|sector privado|empresa"
        "|empresa privada|privado|قطاع خاص|القطاع الخاص|شركة",
    ),
    (
        ACADEMIC,
        "academic|academic / research|academia|university|research|research institute|research institution|academic institution"
        "|think tank|université|recherche|institut de recherche|académique|universidad|academia|investigación|جامعة|أكاديمي|بحثي",
    ),
    (
        DONOR,
        "donor|donors|bailleur|bailleur de fonds|bailleurs|donante|donantes|cooperante|cooperación|cooperación internacional|مانح|جهة مانحة",
    ),
    (FOUNDATION, "foundation|charitable foundation|trust|fondation|fundación|مؤسسة خيرية"),
    (
        INTERGOVERNMENTAL,
        "io|igo|international organisation|international organization|intergovernmental|intergovernmental organisation"
        "|intergovernmental organization|multilateral|organisation internationale|oi|organisation intergouvernementale"
        "|organización internacional|organismo internacional|organización intergubernamental|منظمة حكومية دولية",
    ),
    (
        FAITH_BASED,
        "religious|faith based|fbo|faith based organisation|faith based organization|church|religieux|organisation confessionnelle"
        "|confessionnelle|église|religioso|religiosa|iglesia|organización religiosa|organización basada en la fe|obf|دينية|منظمة دينية",
    ),
    (
        NETWORK,
        "network|consortium|consortia|coalition|alliance|platform|réseau|plateforme|coalición|alianza|consorcio|red|plataforma|شبكة|ائتلاف|تحالف",
    ),
    (
        SELF_ORGANISED,
        "cbo|community based organisation|community based organization|community|community group|rlo|refugee led organisation"
        "|refugee led organization|wlo|women led organisation|women led organization|opd|dpo|self help group|volunteer group|err"
        "|emergency response room|organisation communautaire|organisation à base communautaire|obc|oac|comité|communautaire"
        "|organización comunitaria|organización de base|organización de base comunitaria|organización de mujeres|comunidad"
        "|organización de refugiados|منظمة مجتمعية|مجتمع محلي|مبادرة مجتمعية|مبادرة",
    ),
    (MEDIA, "media|média|médias|medios|medios de comunicación|إعلام"),
    (EMBASSY, "embassy|ambassade|embajada|سفارة|bilateral"),
    (
        MILITARY,
        "military|army|armed forces|security forces|militaire|armée|forces armées|militar|fuerzas armadas|ejército|عسكري|جيش",
    ),
    (OTHER, "other|others|autre|autres|otro|otros|otra|otras|أخرى|اخرى|غير ذلك"),
)
_TYPES = {fold(word): type_ for type_, words in _WORDS for word in words.split("|")}
_CODES = {type_.humanitarian: type_ for type_, _words in reversed(_WORDS)}


@lru_cache(maxsize=10_000)
def type_of(text: str) -> OrganisationType | None:
    """The type that a word means, in English, French, Spanish or Arabic, or by HR.info code.

    None for a blank or a word that we don't know: then a person says it.
    """
    folded = fold(text)
    if found := _TYPES.get(folded) or _CODES.get(folded):
        return found
    # "INGO (International NGO)", "3 - ONG nationale": each part alone, if they agree.
    bare = " ".join(word for word in folded.split() if not word.isdecimal())
    parts = {fold(part) for part in text.replace(")", "(").replace("-", "(").replace("/", "(").split("(")}
    found = {_TYPES[part] for part in {bare, *parts} if part in _TYPES}
    return found.pop() if len(found) == 1 else None

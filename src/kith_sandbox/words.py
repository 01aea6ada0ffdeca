"""The words of which invented people are made. Nobody here is meant to be anybody."""

_FIRST_WORDS = """
ada bo cleo dov elk fenn gwen hana ivo juna kaya lior mira nils oona pax quill rhea sana
tovi uma vada wren xeni yara zeno alva bram cora dara emil fia gus hedy ines joss kit leda
milo nora otis pia remy suki tess ugo vera wim yuki zola amos bea ciro dina ezra flo gita
hugo isla jarl kira luz maya noor opal petra rafa siv tomas ursa vito willa ximo yoko zadie
arlo birk cleme dexa
"""

_LAST_WORDS = """
lark finch wrenfield heron owl vole ibis marten stoat plover tern dunlin siskin linnet pipit
alder birch cedar dogwood elder fern gorse hazel ivy juniper kelp larch moss nettle oak pine
quince reed sedge thistle umber vetch willow yarrow aster basil clover dill fennel garnet
harbor inlet jetty knoll lagoon meadow notch orchard pebble quarry ridge shoal tarn upland
valley wharf yonder amber brook cove delta ember fjord glade heath isle kiln lantern mill
north ochre pond rill slate
"""

FIRST = _FIRST_WORDS.split()
LAST = _LAST_WORDS.split()

STYLES = (
    "{first}.{last}",
    "{first}_{last}",
    "{first}{last}",
    "{last}.{first}",
    "{last}_{first}",
    "_{first}.{last}",
    "{first}.{last}_",
    "the.{first}.{last}",
)

NAMES_ELSEWHERE = (
    "小林 みどり",
    "佐野はる",
    "林小溪",
    "陈默然",
    "한겨울",
    "서이든",
    "نور الهدى",
    "سليم البحري",
    "נועה ארז",
    "איתן הדס",
    "Мира Соколова",
    "Лев Берёзкин",
    "Ελένη Δάφνη",
    "Zoë Ångström",
    "Łucja Źrebak",
    "Đỗ Thu Sương",
    "อรุณ สายลม",
    "मीरा वनराज",
)

EMOJI = ("🌿", "☕", "🪴", "🏔️", "🎧", "🧵", "🌊", "🐦", "✨", "🍞", "👩🏽‍🎨", "🏳️‍🌈", "🇫🇮", "🦊")

BIOGRAPHIES = (
    "Slow mornings, fast bicycles",
    "Photographs of fog. Prints by post ☕",
    "Bread, butter, repeat 🍞",
    "she/her · maps and mending",
    "Coastal gardens\nOpen on Thursdays",
    "I draw birds. Badly, daily.",
    "مقهى وكتب ورائحة المطر",
    "山と珈琲。週末は歩いています",
    "Woodwork from fallen trees 🌿 enquiries by mail",
    "Running, then lying down",
    "Ceramics studio · second kiln arriving soon™",
    "Music for small rooms 🎧",
    'Quotes " and <tags> & ampersands welcome',
    "=1+1 is not a formula here",
    "צילום, ים, שקט",
    "Two cats, one loom",
    "Translator. Reader. Tea.",
    "Cycling the long way home 🏔️",
)

COMMENTS = (
    "Lovely light",
    "Where is this?",
    "This made my morning ☕",
    "So good 🌿",
    "すてき！",
    "جميل جدا",
    "Is the print for sale?",
    "Ha, I know that bench",
    "Saving this one",
    "👏👏👏",
    "More of these please",
    "The colours!",
)

CAPTIONS = (
    "Fog over the harbour",
    "New shelf, old tools",
    "First frost 🌿",
    "Notes from a slow week",
    "Bread no. 41",
    "Test print, second pass",
    "Low tide at seven",
    "",
    "Studio open on Thursday ☕",
    "What the dog saw",
)

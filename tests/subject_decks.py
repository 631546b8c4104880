"""Decks of three other subjects, made from small tables: a hospital, Kubernetes, and geography in two languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from pathlib import Path

Entry = dict[str, Any]


def write(folder: Path, name: str, schema: str, values: Entry) -> None:
    path = folder / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump({"schema": f"rolecards/{schema}@1", **values}, allow_unicode=True, sort_keys=False)
    path.write_text(text, encoding="utf-8")


def asked(fact_id: str, q: str, a: str, **more: Any) -> Entry:
    return {"id": fact_id, "src": ["own"], "qa": {"q": q, "a": a}, **more}


def gap(fact_id: str, text: str, **more: Any) -> Entry:
    return {"id": fact_id, "src": ["own"], "cloze": text, **more}


# ---------------------------------------------------------------- a hospital

HOSPITAL = """
nurse|Staff Nurse|bedside|Looks after the same few patients for a whole shift|infusion pump/run a drip at an even rate,drug trolley/bring medicines to the beds,observation chart/write down pulse and temperature|gives medicines,turns patients who cannot move,changes dressings|a handover at the end of each shift,an updated care plan|a nursing diploma|when a patient's pulse rises in the night
sister|Ward Sister|bedside|Runs the ward and decides who works when|duty roster/plan the shifts,bed board/see which beds are free,stock list/order what runs out|plans the shifts,leads the morning meeting,speaks with relatives who complain|a roster for the month,a list of free beds|years on a ward|when two nurses call in sick on one day
porter|Porter|bedside|Takes patients and samples from one place to another|wheelchair/move a patient who can sit,trolley/move a patient who must lie,radio/hear of the next job|takes patients to the scanner,brings samples to the laboratory,fetches blood from the blood bank|a patient at the right door,a sample within the hour|training in lifting safely|when a patient must be in the scanner in ten minutes
registrar|Registrar|doctors|Examines new patients and writes down what they need|stethoscope/listen to heart and lungs,drug chart/prescribe medicines,bleep/be reached anywhere|admits patients,prescribes medicines,asks for scans|a first diagnosis,a drug chart|a medical degree|when a new patient arrives at three in the morning
consultant|Consultant|doctors|Answers for the treatment of all patients of a specialty|ward round/see all patients in turn,outpatient clinic/see patients after they went home,case meeting/agree on a treatment|leads the ward round,decides on operations,teaches younger doctors|a final diagnosis,a letter to the family doctor|specialist training|when two treatments contradict each other
surgeon|Surgeon|doctors|Treats with the knife what medicines cannot cure|scalpel/open the skin,retractor/hold a wound open,needle holder/close a wound|operates,explains the risks before an operation,looks at wounds afterwards|an operation note,a closed wound|surgical training|when an appendix is about to burst
anaesthetist|Anaesthetist|doctors|Keeps patients asleep and free of pain, and wakes them again|ventilator/breathe for a sleeping patient,laryngoscope/see the way to the windpipe,monitor/follow oxygen in the blood|puts patients to sleep,watches breathing during an operation,treats pain afterwards|an anaesthetic record,a patient who is awake and calm|anaesthetic training|when breathing stops on the table
pharmacist|Pharmacist|support|Checks every prescription before it reaches a patient|formulary/look up the usual dose,dispensing robot/pick the packs,fume hood/mix dangerous drugs|checks doses,looks for drugs that do not go together,mixes infusions|a checked prescription,a bag that is ready to hang|a pharmacy degree|when two drugs on a chart do not go together
radiographer|Radiographer|support|Takes the pictures that show the inside of the body|X-ray tube/show bones,MRI scanner/show soft tissue without X-rays,lead apron/keep rays away from staff|places patients for a picture,sets the dose of rays,keeps others out of the room|a sharp picture,a record of the dose|a degree in radiography|when a wrist may be broken
physio|Physiotherapist|support|Gets patients moving again after an illness|walking frame/give support while walking,parallel bars/practise the first steps,resistance band/train a weak muscle|plans exercises,helps patients out of bed,teaches coughing after an operation|an exercise plan,a patient who climbs stairs alone|a degree in physiotherapy|when a new hip has to learn to walk
dietitian|Dietitian|support|Decides what patients eat when ordinary meals would harm them|food diary/see what a patient eats,feeding pump/feed through a tube,body scales/follow the weight|works out meals,plans feeding through a tube,advises before discharge|a meal plan,a letter on diet|a degree in dietetics|when a patient can no longer swallow
clerk|Ward Clerk|support|Keeps the papers, the telephone and the appointments of a ward|switchboard/put calls through,case notes/find what was written before,appointment book/plan check-ups|files results,answers the telephone,books check-ups|a complete file,a date for the next visit|training in an office|when the notes of a patient are missing
"""
HOSPITAL_TOPICS = {
    "Colours of waste": ["yellow bag/waste that may infect", "black bag/household waste", "sharps bin/needles"],
    "Times of the day": ["07:00/the early shift begins", "14:00/the late shift begins", "21:30/the night shift begins"],
}


def hospital(folder: Path) -> None:
    """Twelve professions with groups, slots, relations and parts of their own, and every kind of entry."""
    deck = {
        "id": "ward",
        "name": "Hospital Ward",
        "title": "Who is who on a ward",
        "subject": "a hospital",
        "role": {"one": "profession", "many": "professions"},
        "licence": "CC0-1.0",
        "parts": {"first": "1 First week", "later": "2 Later"},
        "slots": {"does": "Every day", "kit": "Equipment", "leaves": "What others get", "way": "Training"},
        "groups": {"bedside": "at the bedside", "doctors": "doctors", "support": "in support"},
        "relations": {
            "kit": {"heading": "Equipment", "one": "works with: {value}", "many": "work with: {value}"},
            "way": {"heading": "Training", "one": "needs {value}", "many": "need {value}"},
        },
        "skills": {"hands": "Manual skill", "talk": "Talking with patients"},
    }
    write(folder, "deck", "deck", deck)
    write(folder, "sources", "sources", {"sources": [{"code": "own", "title": "Own notes"}]})
    rows = [line.split("|") for line in HOSPITAL.strip().splitlines()]
    for at, (key, name, group, one_line, kit, does, leaves, way, _) in enumerate(rows):
        noun = ("an " if name[0] in "AEIO" else "a ") + name.lower()
        facts = []
        for number, (tool, purpose) in enumerate(each.split("/") for each in kit.split(",")):
            more = {"slot": "kit", "index": {"kit": [tool]}, "part": "later" if number else "first"}
            facts.append(asked(f"{key}-kit-{number}", f"With what does {noun} {purpose}?", tool.capitalize(), **more))
            text = f"So that {noun} can {purpose}, there is the {{{{c1::{tool}}}}}."
            facts.append(gap(f"{key}-uses-{number}", text, slot="kit", part="later"))
        for number, does_one in enumerate(does.split(",")):
            verb, _, rest = does_one.partition(" ")
            text = f"On most days {noun} {{{{c1::{verb}::does what?}}}} {rest}".rstrip() + "."
            facts.append(gap(f"{key}-does-{number}", text, slot="does"))
        for number, result in enumerate(leaves.split(",")):
            text = f"{('From', 'In the end, from')[number]} {noun} others get {{{{c1::{result}}}}}."
            facts.append(gap(f"{key}-leaves-{number}", text, slot="leaves"))
        facts.append(asked(f"{key}-way", f"What must {noun} have behind them?", way, slot="way", index={"way": [way]}))
        role = {"id": key, "name": name, "one_line": f"{one_line}.", "group": group, "facts": facts}
        if at < 4:
            ranks = {"hands": at + 1, "talk": 4 - at}
            role["skills"] = {"as_of": "2024", "src": ["own"], "ranks": ranks}
            prompt = {"id": f"{key}-say", "src": ["own"], "prompt": f"Describe the day of {noun}."}
            role["practice"] = [{**prompt, "listen_for": ["morning", "night"]}]
            role["ask_them"] = [{"id": f"{key}-ask", "src": ["own"], "text": f"Whom does {noun} call at night?"}]
        write(folder, f"roles/{key}", "role", role)
    for at, (title, lines) in enumerate(HOSPITAL_TOPICS.items()):
        facts = [
            asked(f"topic-{at}-{number}", f"{title}: what belongs to *{sign}*?", meaning)
            for number, (sign, meaning) in enumerate(line.split("/") for line in lines)
        ]
        write(folder, f"topics/t{at}", "topic", {"id": f"t{at}", "name": title, "facts": facts})
    cases = [
        {
            "id": f"case-{row[0]}",
            "src": ["own"],
            "text": f"Who is called {row[8]}?",
            "role": row[0],
            "why": f"{row[3]}.",
        }
        for row in rows
    ]
    write(folder, "scenarios", "scenarios", {"scenarios": cases})
    contrast = {
        "a": "nurse",
        "b": "sister",
        "q": "What do they plan?",
        "a_ans": "One shift",
        "b_ans": "The whole month",
    }
    contrast |= {"id": "nurse-sister", "src": ["own"], "why": "A sister answers for all beds."}
    write(folder, "contrasts", "contrasts", {"contrasts": [contrast]})
    handoffs = [
        {"id": "sample", "src": ["own"], "from": "nurse", "to": ["porter"], "what": "A blood sample"},
        {"id": "chart", "src": ["own"], "from": "registrar", "to": ["pharmacist", "nurse"], "what": "A drug chart"},
        {"id": "letter", "src": ["own"], "from": "consultant", "to_name": "the family doctor", "what": "A letter"},
    ]
    write(folder, "handoffs", "handoffs", {"handoffs": handoffs})
    reverse = [{"id": "back-scanner", "src": ["own"], "ask": "who", "of": {"kit": ["MRI scanner"]}}]
    write(folder, "reverse", "reverse", {"reverse": reverse})


# ---------------------------------------------------------------- Kubernetes

KUBERNETES = """
Workloads|Pod|po|v1|yes|runs containers that share one address
Workloads|Deployment|deploy|apps/v1|yes|keeps a number of equal copies running and replaces them step by step
Workloads|ReplicaSet|rs|apps/v1|yes|keeps a number of equal copies running, without updates
Workloads|StatefulSet|sts|apps/v1|yes|gives each copy a lasting name and its own disk
Workloads|DaemonSet|ds|apps/v1|yes|runs one copy on every machine
Workloads|Job||batch/v1|yes|runs until its work is finished once
Workloads|CronJob|cj|batch/v1|yes|starts work again and again by a timetable
Workloads|HorizontalPodAutoscaler|hpa|autoscaling/v2|yes|changes the number of copies with the load
Workloads|PodDisruptionBudget|pdb|policy/v1|yes|limits how many copies may be taken down at once
Workloads|ReplicationController|rc|v1|yes|is the older way to keep copies running
Network|Service|svc|v1|yes|gives changing copies one lasting address
Network|Ingress|ing|networking.k8s.io/v1|yes|leads web requests from outside by host and path
Network|IngressClass||networking.k8s.io/v1|no|names the program that serves web requests from outside
Network|NetworkPolicy|netpol|networking.k8s.io/v1|yes|says who may open a connection to whom
Network|EndpointSlice||discovery.k8s.io/v1|yes|lists a part of the addresses behind a name
Network|Endpoints|ep|v1|yes|is the older list of addresses behind a name
Storage|PersistentVolume|pv|v1|no|is a disk that the cluster can hand out
Storage|PersistentVolumeClaim|pvc|v1|yes|asks for a disk of a size and kind
Storage|StorageClass|sc|storage.k8s.io/v1|no|describes a kind of disk that is made on demand
Storage|VolumeAttachment||storage.k8s.io/v1|no|records that a disk hangs on a machine
Storage|CSIDriver||storage.k8s.io/v1|no|describes a driver for disks of one vendor
Storage|CSINode||storage.k8s.io/v1|no|lists the drivers for disks on one machine
Configuration|ConfigMap|cm|v1|yes|keeps settings that anybody may read
Configuration|Secret||v1|yes|keeps passwords and keys apart from settings
Configuration|ResourceQuota|quota|v1|yes|limits what all objects of a namespace may use together
Configuration|LimitRange|limits|v1|yes|sets the bounds for each single container
Configuration|PriorityClass|pc|scheduling.k8s.io/v1|no|says who gives way when room is short
Access|ServiceAccount|sa|v1|yes|is the identity of a program in the cluster
Access|Role||rbac.authorization.k8s.io/v1|yes|lists allowed actions within one namespace
Access|ClusterRole||rbac.authorization.k8s.io/v1|no|lists allowed actions in the whole cluster
Access|RoleBinding||rbac.authorization.k8s.io/v1|yes|grants allowed actions to somebody in one namespace
Access|ClusterRoleBinding||rbac.authorization.k8s.io/v1|no|grants allowed actions to somebody everywhere
Access|CertificateSigningRequest|csr|certificates.k8s.io/v1|no|asks for a signed certificate
Cluster|Node|no|v1|no|is a machine that runs containers
Cluster|Namespace|ns|v1|no|separates the names of one team from those of another
Cluster|Event|ev|v1|yes|reports what happened to an object
Cluster|Lease||coordination.k8s.io/v1|yes|shows that its holder is still alive
Cluster|CustomResourceDefinition|crd|apiextensions.k8s.io/v1|no|adds a new kind of object
Cluster|APIService||apiregistration.k8s.io/v1|no|sends a part of the requests to another server
Cluster|ComponentStatus|cs|v1|no|was once the health report of the control plane
"""


def kubernetes(folder: Path) -> None:
    """Topics only, with an id and a name and nothing else in the deck file."""
    write(folder, "deck", "deck", {"id": "kubernetes", "name": "Kubernetes Objects"})
    write(folder, "sources", "sources", {"sources": [{"code": "own", "title": "Own notes"}]})
    topics: dict[str, list[Entry]] = {}
    for line in KUBERNETES.strip().splitlines():
        topic, kind, short, version, within, does = line.split("|")
        key = kind.lower()
        facts = topics.setdefault(topic, [])
        facts.append(gap(f"{key}-is", f"In a cluster, a {{{{c1::{kind}}}}} {does}."))
        facts.append(asked(f"{key}-does", f"What does `kind: {kind}` stand for?", f"An object that {does}"))
        facts.append(asked(f"{key}-version", f"Which `apiVersion` does a {kind} have?", f"`{version}`", part="more"))
        where = "In a namespace" if within == "yes" else "In the whole cluster"
        facts.append(asked(f"{key}-scope", f"Where is the name of a {kind} unique?", where, part="more"))
        if short:
            text = f"`kubectl get` knows a {kind} under the short name {{{{c1::`{short}`}}}}."
            facts.append(gap(f"{key}-short", text, part="beyond"))
        else:
            command = f"`kubectl get {key}`"
            facts.append(
                asked(f"{key}-list", f"How do you list all objects of `kind: {kind}`?", command, part="beyond")
            )
    for topic, facts in topics.items():
        write(folder, f"topics/{topic.lower()}", "topic", {"id": topic.lower(), "name": topic, "facts": facts})


# ---------------------------------------------------------------- geography

GEOGRAPHY = """
fr|France|Frankreich|west|Paris|Paris|French|euro|Loire|Loire|Mont Blanc|es|Lyon|33|F
de|Germany|Deutschland|west|Berlin|Berlin|German|euro|Rhine|Rhein|Zugspitze|at|Hamburg|49|D
at|Austria|Österreich|west|Vienna|Wien|German|euro|Danube|Donau|Großglockner|de|Graz|43|A
it|Italy|Italien|south|Rome|Rom|Italian|euro|Po|Po|Mont Blanc|fr|Turin|39|I
es|Spain|Spanien|south|Madrid|Madrid|Spanish|euro|Ebro|Ebro|Teide|pt|Sevilla|34|E
pt|Portugal|Portugal|south|Lisbon|Lissabon|Portuguese|euro|Tagus|Tejo|Pico|es|Porto|351|P
gr|Greece|Griechenland|south|Athens|Athen|Greek|euro|Achelous|Acheloos|Mytikas|al|Patras|30|GR
al|Albania|Albanien|south|Tirana|Tirana|Albanian|lek|Drin|Drin|Korab|gr|Shkodra|355|AL
hr|Croatia|Kroatien|south|Zagreb|Zagreb|Croatian|euro|Sava|Save|Dinara|hu|Split|385|HR
pl|Poland|Polen|east|Warsaw|Warschau|Polish|zloty|Vistula|Weichsel|Rysy|cz|Gdynia|48|PL
cz|Czechia|Tschechien|east|Prague|Prag|Czech|koruna|Elbe|Elbe|Schneekoppe|pl|Liberec|420|CZ
hu|Hungary|Ungarn|east|Budapest|Budapest|Hungarian|forint|Tisza|Theiß|Kékes|at|Debrecen|36|H
ro|Romania|Rumänien|east|Bucharest|Bukarest|Romanian|leu|Olt|Alt|Moldoveanu|hu|Cluj|40|RO
bg|Bulgaria|Bulgarien|east|Sofia|Sofia|Bulgarian|lev|Maritsa|Mariza|Musala|ro|Varna|359|BG
se|Sweden|Schweden|north|Stockholm|Stockholm|Swedish|krona|Klarälven|Klarälven|Kebnekaise|no|Malmö|46|S
no|Norway|Norwegen|north|Oslo|Oslo|Norwegian|krone|Glomma|Glomma|Galdhøpiggen|se|Bergen|47|N
dk|Denmark|Dänemark|north|Copenhagen|Kopenhagen|Danish|krone|Gudenå|Gudenå|Møllehøj|de|Aarhus|45|DK
fi|Finland|Finnland|north|Helsinki|Helsinki|Finnish|euro|Kemijoki|Kemijoki|Halti|se|Tampere|358|FIN
is|Iceland|Island|north|Reykjavik|Reykjavik|Icelandic|króna|Þjórsá|Thjórsá|Hvannadalshnúkur||Akureyri|354|IS
ee|Estonia|Estland|north|Tallinn|Tallinn|Estonian|euro|Pärnu|Pärnu|Suur Munamägi|lv|Tartu|372|EST
lv|Latvia|Lettland|north|Riga|Riga|Latvian|euro|Daugava|Düna|Gaiziņkalns|ee|Liepāja|371|LV
"""
GERMAN = {
    "French": "Französisch",
    "German": "Deutsch",
    "Italian": "Italienisch",
    "Spanish": "Spanisch",
    "Portuguese": "Portugiesisch",
    "Greek": "Griechisch",
    "Albanian": "Albanisch",
    "Croatian": "Kroatisch",
    "Polish": "Polnisch",
    "Czech": "Tschechisch",
    "Hungarian": "Ungarisch",
    "Romanian": "Rumänisch",
    "Bulgarian": "Bulgarisch",
    "Swedish": "Schwedisch",
    "Norwegian": "Norwegisch",
    "Danish": "Dänisch",
    "Finnish": "Finnisch",
    "Icelandic": "Isländisch",
    "Estonian": "Estnisch",
    "Latvian": "Lettisch",
    "euro": "Euro",
    "lek": "Lek",
    "zloty": "Złoty",
    "koruna": "Krone",
    "forint": "Forint",
    "leu": "Leu",
    "lev": "Lew",
    "krona": "Krone",
    "krone": "Krone",
    "króna": "Krone",
}
SENTENCES = {
    "en": {
        "capital": ("gap", "The capital of {name} is {{{{c1::{capital}}}}}."),
        "seat": ("asked", "Which country is governed from {capital}?", "{name}"),
        "language": ("asked", "Which language do most people speak in {name}?", "{language}"),
        "money": ("gap", "In {name} you pay with the {{{{c1::{money}::currency}}}}."),
        "river": ("asked", "Which long river flows through {name}?", "{river}"),
        "peak": ("gap", "No mountain of {name} is higher than {{{{c1::{peak}}}}}."),
        "city": ("asked", "In which country is {city}?", "{name}"),
        "next": ("gap", "{name} has a border with {{{{c1::{next}}}}}."),
        "code": ("gap", "Numbers in {name} begin with {{{{c1::+{code}::calling code}}}}."),
        "sign": ("asked", "Which letters do cars from {name} show?", "{sign}"),
    },
    "de": {
        "capital": ("gap", "Die Hauptstadt von {name} ist {{{{c1::{capital}}}}}."),
        "seat": ("asked", "Welches Land wird aus {capital} regiert?", "{name}"),
        "language": ("asked", "Welche Sprache sprechen die meisten Menschen in {name}?", "{language}"),
        "money": ("gap", "In {name} heißt die Währung {{{{c1::{money}::Währung}}}}."),
        "river": ("asked", "Welcher lange Fluss fließt durch {name}?", "{river}"),
        "peak": ("gap", "Kein Berg in {name} ist höher als {{{{c1::{peak}}}}}."),
        "city": ("asked", "In welchem Land liegt {city}?", "{name}"),
        "next": ("gap", "{name} grenzt an {{{{c1::{next}}}}}."),
        "code": ("gap", "Telefonnummern in {name} beginnen mit {{{{c1::+{code}::Vorwahl}}}}."),
        "sign": ("asked", "Welches Kennzeichen tragen Autos aus {name}?", "{sign}"),
    },
}
SETTINGS: dict[str, Entry] = {
    "en": {
        "name": "Geography of Europe",
        "subject": "Europe",
        "role": {"one": "country", "many": "countries"},
        "licence": "CC-BY-4.0",
        "parts": {"basic": "1 Basics", "more": "2 More"},
        "slots": {"place": "Capital and cities", "life": "Language and money", "land": "Landscape", "signs": "Signs"},
        "groups": {
            "west": "Western Europe",
            "south": "Southern Europe",
            "east": "Eastern Europe",
            "north": "The North",
        },
        "relations": {
            "language": {"heading": "Language", "one": "speaks {value}", "many": "speak {value}"},
            "money": {"heading": "Currency", "one": "pays with the {value}", "many": "pay with the {value}"},
        },
        "skills": {"area": "Area", "people": "Inhabitants"},
    },
    "de": {
        "name": "Geografie Europas",
        "subject": "Europa",
        "role": {"one": "Land", "many": "Länder"},
        "licence": "CC-BY-4.0",
        "parts": {"basic": "1 Grundlagen", "more": "2 Mehr"},
        "slots": {
            "place": "Hauptstadt und Städte",
            "life": "Sprache und Geld",
            "land": "Landschaft",
            "signs": "Zeichen",
        },
        "groups": {"west": "Westeuropa", "south": "Südeuropa", "east": "Osteuropa", "north": "Norden"},
        "relations": {
            "language": {"heading": "Sprache", "one": "Amtssprache ist {value}", "many": "Amtssprache ist {value}"},
            "money": {"heading": "Währung"},
        },
        "skills": {"area": "Fläche", "people": "Einwohner"},
    },
}
FURTHER = {
    "en": {
        "source": "Own notes",
        "one_line": "Has its capital in {capital}, on the map of {group}.",
        "case": "A train leaves {city}, and nobody has to show a passport before {capital}.",
        "why": "Both cities are there.",
        "contrast": ("Which river do atlases name first?", "Their mountains are alike, their rivers are not."),
        "handoff": ("Water of the Danube", "the Black Sea"),
        "practice": ("Describe the way from the sea to the mountains.", ["coast", "plain", "peak"]),
        "ask": "Which of your cities should one see first?",
        "topic": ("Europe as a whole", "Which mountains are seen as the border to Asia?", "The Urals"),
    },
    "de": {
        "source": "Eigene Notizen",
        "one_line": "Hat die Hauptstadt {capital} und gehört zur Region {group}.",
        "case": "Ein Zug verlässt {city}, und bis {capital} muss niemand einen Pass zeigen.",
        "why": "Beide Städte liegen dort.",
        "contrast": ("Welchen Fluss nennen Atlanten zuerst?", "Die Berge ähneln sich, die Flüsse nicht."),
        "handoff": ("Wasser der Donau", "das Schwarze Meer"),
        "practice": ("Beschreibe den Weg vom Meer zu den Bergen.", ["Küste", "Ebene", "Gipfel"]),
        "ask": "Welche eurer Städte sollte man zuerst sehen?",
        "topic": ("Europa als Ganzes", "Welches Gebirge gilt als Grenze zu Asien?", "Der Ural"),
    },
}


def geography(folder: Path, language: str = "en", role: Entry | None = None) -> None:
    """Twenty-one countries with ten facts each; `role` replaces the noun for one and for several."""
    settings, said = SETTINGS[language], FURTHER[language]
    deck = {"id": "europe", "language": language, **settings, **({"role": role} if role else {})}
    write(folder, "deck", "deck", deck)
    write(folder, "sources", "sources", {"sources": [{"code": "own", "title": said["source"], "read": "2025-03"}]})
    rows = [line.split("|") for line in GEOGRAPHY.strip().splitlines()]
    names = {row[0]: row[1 if language == "en" else 2] for row in rows}
    cases = []
    for at, (
        key,
        _,
        _,
        group,
        capital,
        hauptstadt,
        tongue,
        money,
        river,
        fluss,
        peak,
        by,
        city,
        code,
        sign,
    ) in enumerate(rows):
        values = {"name": names[key], "peak": peak, "next": names.get(by, ""), "city": city, "code": code, "sign": sign}
        values |= {"capital": capital, "river": river, "language": tongue, "money": money}
        values["group"] = settings["groups"][group]
        if language == "de":
            values |= {"capital": hauptstadt, "river": fluss, "language": GERMAN[tongue], "money": GERMAN[money]}
        slots = {"language": "life", "money": "life", "river": "land", "peak": "land", "code": "signs", "sign": "signs"}
        facts = []
        for name, (form, *texts) in SENTENCES[language].items():
            if name == "next" and not by:
                continue
            make = gap if form == "gap" else asked
            more: Entry = {"slot": slots.get(name, "place")}
            more |= {"index": {name: [values[name]]}} if name in settings["relations"] else {}
            more |= {"part": "basic" if name in ("capital", "language") else "more", "as_of": "2024"}
            facts.append(make(f"{key}-{name}", *(text.format(**values) for text in texts), **more))
        country = {"id": key, "name": names[key], "one_line": said["one_line"].format(**values), "group": group}
        if at < 5:
            ranks = {"area": (at * 3) % 5 + 1, "people": at + 1}
            country["skills"] = {"as_of": "2024", "src": ["own"], "ranks": ranks}
            prompt, points = said["practice"]
            country["practice"] = [{"id": f"{key}-say", "src": ["own"], "prompt": prompt, "listen_for": points}]
            country["ask_them"] = [{"id": f"{key}-ask", "src": ["own"], "text": said["ask"]}]
            case = {"id": f"case-{key}", "src": ["own"], "role": key, "why": said["why"]}
            cases.append({**case, "text": said["case"].format(**values)})
        write(folder, f"roles/{key}", "role", {**country, "facts": facts})
    question, why = said["contrast"]
    rivers = {row[0]: row[8 if language == "en" else 9] for row in rows}
    contrast = {"a": "de", "b": "at", "q": question, "a_ans": rivers["de"], "b_ans": rivers["at"], "why": why}
    write(folder, "scenarios", "scenarios", {"scenarios": cases})
    write(folder, "contrasts", "contrasts", {"contrasts": [{"id": "de-at-river", "src": ["own"], **contrast}]})
    what, sea = said["handoff"]
    handoffs = [
        {"id": "danube-at", "src": ["own"], "from": "at", "to": ["hu"], "what": what},
        {"id": "danube-ro", "src": ["own"], "from": "ro", "to_name": sea, "what": what},
    ]
    write(folder, "handoffs", "handoffs", {"handoffs": handoffs})
    tongue = "German" if language == "en" else GERMAN["German"]
    krone, lek = ("krone", "lek") if language == "en" else ("Krone", "Lek")
    keywords = [("set", {"language": [tongue]}), ("who", {"money": [lek]})]
    keywords += [("set", {"money": [krone]})] if language == "en" else []
    reverse = [{"id": f"back-{at}", "src": ["own"], "ask": ask, "of": of} for at, (ask, of) in enumerate(keywords)]
    write(folder, "reverse", "reverse", {"reverse": reverse})
    title, q, a = said["topic"]
    facts = [asked("urals", q, a, as_of="2024")]
    write(folder, "topics/europe", "topic", {"id": "whole", "name": title, "facts": facts})


DECKS = {
    "hospital": hospital,
    "kubernetes": kubernetes,
    "geography": geography,
    "geografie": lambda folder: geography(folder, "de"),
}

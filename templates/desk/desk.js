// The desk in the browser. It asks for an edition, shows it, and asks again when told that
// something was saved. Whatever people wrote reaches the page as text, never as markup.

const STATES = {
  translated: {name: "translated", sign: "✓"},
  fuzzy: {name: "fuzzy", sign: "≈"},
  missing: {name: "not translated", sign: "○"},
};
const CLOSED = "The desk is closed. Start it again to go on.";
const SLOW = 250; // ms after which people want to know that something goes on
const NOT_SEEN = /(\{[^{}]*\}|[\u00a0\u00ad\u200b-\u200f\u202a-\u202f\u2060-\u2069\ufeff])/u;
const NAMES = {
  "\u00a0": "no-break space", "\u00ad": "soft hyphen", "\u200b": "break without a space",
  "\u202f": "narrow no-break space", "\u2060": "no break here",
};

const byId = (id) => document.getElementById(id);
const asked = {leaflet: "", locale: "", format: ""};
let sheet = null; // what is shown
let chosen = null; // the key of the message people look at
let wanted = 0; // its number, as the address gave it
let filter = "all";
let busy = false;
let again = false;
let events = null;
let lost = false; // nobody answers

// Small tools to make elements

function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === false) continue;
    if (name === "class") element.className = value;
    else if (name === "data") Object.assign(element.dataset, value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

// A text as its author wrote it: placeholders set off, and what nobody could see made visible.
function written(text) {
  return text.split(NOT_SEEN).filter(Boolean).map((part) => {
    if (!NOT_SEEN.test(part)) return part;
    if (part.startsWith("{")) return make("span", {class: "placeholder"}, part);
    const code = "U+" + part.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
    const space = part === "\u00a0" || part === "\u202f";
    const title = NAMES[part] ? `${NAMES[part]} (${code})` : code;
    return make("span", {class: space ? "space" : "sign", title}, space ? part : code);
  });
}

function inLanguage(tag, language, text, className) {
  return make(tag, {class: className, lang: language.lang, dir: language.dir}, ...written(text));
}

const itemOf = (number) => byId("list").querySelector(`[data-number="${number}"]`);
const itemOfChosen = () => byId("list").querySelector('[aria-pressed="true"]');
const keyOf = (message) => JSON.stringify([message.context, message.msgid]);
const find = (key) => sheet?.messages.find((message) => keyOf(message) === key) ?? null;
const isSource = () => sheet.language.lang === sheet.source.lang;
const plain = (text) => text.replaceAll("**", "");
const shortly = (text) => plain(text).length > 90 ? plain(text).slice(0, 88) + "…" : plain(text);
const count = (number, one, more) => `${number} ${number === 1 ? one : more}`;

function nameOf(message) {
  const parts = [`Message ${message.number}`];
  if (!isSource()) parts.push(STATES[message.state].name);
  if (message.findings.length) parts.push(count(message.findings.length, "finding", "findings"));
  return `${parts.join(", ")}: ${shortly(message.printed)}`;
}

// What people look at

function readAddress() {
  const query = new URLSearchParams(location.search);
  for (const name of Object.keys(asked)) asked[name] = query.get(name) ?? "";
  wanted = Number(query.get("message")) || 0;
  chosen = null;
}

const question = () => String(new URLSearchParams(asked));

function writeAddress(push) {
  const query = new URLSearchParams(asked);
  const message = find(chosen);
  if (message) query.set("message", message.number);
  const address = `/?${query}`;
  if (address === location.pathname + location.search) return;
  if (push) history.pushState(null, "", address);
  else history.replaceState(null, "", address);
}

function tell(words, kind = "") {
  const status = byId("status");
  if (status.textContent !== words) status.textContent = words;
  status.className = `status ${kind}`;
}

async function load() {
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  do {
    again = false;
    const slow = setTimeout(() => tell("Making the pages …", "waiting"), SLOW);
    try {
      // First the pages, then what the checks find: nobody has to wait for those.
      await ask("&quick=1");
      clearTimeout(slow);
      if (!again && !sheet.checked) await ask("");
    } catch (error) {
      tell(error.message, "bad");
    } finally {
      clearTimeout(slow);
    }
  } while (again);
  busy = false;
}

async function ask(more) {
  const query = question();
  const answer = await fetch(`/edition?${query}${more}`, {cache: "no-store"}).catch(() => {
    throw new Error(CLOSED);
  });
  if (!answer.ok) throw new Error(await answer.text());
  const next = await answer.json();
  const pictures = await loadPictures(next);
  // Who chose something else meanwhile wants to see that.
  if (question() === query) show(next, pictures);
  else again = true;
}

// What the checks found before stays in sight until they were made again.
function keepFindings(before, next) {
  if (next.checked || isOther(before, next)) return;
  const known = new Map(before.messages.map((message) => [keyOf(message), message.findings]));
  for (const message of next.messages) message.findings = known.get(keyOf(message)) ?? message.findings;
}

const isOther = (before, next) => JSON.stringify(before?.edition) !== JSON.stringify(next.edition);

function show(next, pictures) {
  const before = sheet;
  keepFindings(before, next);
  // In another language one stays at the place where one is.
  const moved = before && ["leaflet", "page_format"].some((n) => before.edition[n] !== next.edition[n]);
  sheet = next;
  Object.assign(asked, {leaflet: next.edition.leaflet, locale: next.edition.locale, format: next.edition.page_format});
  const held = heldFocus();
  const chosenBefore = chosen;
  const listedInSight = isInSight(itemOfChosen());
  if (wanted) {
    const message = next.messages.find((one) => one.number === wanted);
    chosen = message ? keyOf(message) : null;
  } else if (chosen && !find(chosen) && before) {
    // The words of the source were edited: what has the number now is what people look at.
    const number = before.messages.find((one) => keyOf(one) === chosen)?.number;
    const message = moved ? null : next.messages.find((one) => one.number === number);
    chosen = message ? keyOf(message) : null;
  }
  fillChoices();
  const whole = (one) => one && !one.old && one.pages.length > 0;
  if (next.checked || !whole(next) || !whole(before) || isOther(before, next)) showTrouble();
  // Nothing is made anew under somebody's hand without need.
  const alike = ["digest", "old", "pages", "messages"].every(
    (name) => JSON.stringify(before?.[name]) === JSON.stringify(next[name]));
  if (!alike || moved || chosen !== chosenBefore) {
    showPages(pictures);
    showList();
    showMessage();
    markChosen();
    restoreFocus(held);
    // The panel above the list may have grown.
    if (listedInSight) itemOfChosen()?.scrollIntoView({block: "nearest"});
  }
  Object.assign(byId("pages").dataset, {revision: next.revision, checked: next.checked});
  if (wanted || moved) {
    if (chosen) {
      reveal();
      itemOfChosen()?.scrollIntoView({block: "nearest"});
    } else if (moved) byId("sheet").scrollTop = 0;
  }
  wanted = 0;
  writeAddress(false);
  const time = new Date().toLocaleTimeString("en-GB");
  tell(sheet.old ? "Shown as it was before" : sheet.pages.length ? `Up to date, ${time}` : "There is no page to show",
    sheet.old || !sheet.pages.length ? "bad" : "good");
}

// Pictures are fetched before anything changes, so that the page never flickers or jumps.
async function loadPictures(next) {
  const shown = byId("pages").dataset.digest;
  if (next.digest === shown) return null;
  return Promise.all(next.pages.map(async (page) => {
    const picture = make("img", {
      src: `/pictures/${next.digest}/${page.number}.png`, alt: "", draggable: "false",
      width: Math.round(page.width * 10), height: Math.round(page.height * 10),
    });
    await picture.decode().catch(() => null);
    return picture;
  }));
}

function fillChoices() {
  const chosenNow = {leaflet: sheet.edition.leaflet, locale: sheet.edition.locale, format: sheet.edition.page_format};
  const offers = {leaflet: sheet.offer.leaflets, locale: sheet.offer.locales, format: sheet.offer.formats};
  for (const [name, choices] of Object.entries(offers)) {
    const select = byId(name);
    const known = choices.some((choice) => choice.id === chosenNow[name]);
    const all = known ? choices : [...choices, {id: chosenNow[name], name: chosenNow[name]}];
    const key = JSON.stringify(all);
    // An open menu must not be made anew under somebody's hand.
    if (select.dataset.choices !== key) {
      select.replaceChildren(...all.map((choice) => make("option", {value: choice.id}, choice.name)));
      select.dataset.choices = key;
    }
    select.value = chosenNow[name];
  }
  const title = sheet.offer.leaflets.find((choice) => choice.id === asked.leaflet)?.name ?? asked.leaflet;
  document.title = `${title} (${sheet.language.name})`;
}

// Problems

function finding(found) {
  return make("li", {class: found.warning ? "finding warning" : "finding error"},
    make("p", {class: "what"}, make("strong", {}, found.warning ? "Warning: " : "Error: "), ...written(found.message)),
    found.hint ? make("p", {class: "hint"}, ...written(found.hint)) : null,
    make("p", {class: "where-found"}, ...path(found.place)));
}

// A long path breaks behind its slashes, so that a name and its line stay together.
function path(place) {
  return place.split(/(?<=\/)/u).flatMap((piece, i) => i ? [make("wbr"), piece] : [piece]);
}

function showTrouble() {
  const {old, pages, problems, over, elsewhere} = sheet;
  const none = !old && !pages.length;
  const errors = problems.filter((found) => !found.warning);
  const spoiled = sheet.messages.filter((message) => message.findings.some((found) => !found.warning));
  byId("trouble").hidden = !errors.length && !spoiled.length && !old && !none;
  const extra = pages.filter((page) => page.extra).length;
  const [title, words] = old
    ? ["The pages cannot be made now", "Below you see them as they were before the last change. Mend this, save, and they are made anew:"]
    : none ? ["The pages cannot be made", "Mend this and save; they appear by themselves:"]
    : over ? [`${count(extra, "page", "pages")} too many: ${Math.ceil(over)} mm too long`, "The leaflet is not printed until it fits."]
    : ["This leaflet is not printed yet", errors.length ? "It is printed when this is mended:" : ""];
  byId("trouble-title").textContent = title;
  byId("trouble-words").textContent = words;
  byId("trouble-words").hidden = !words;
  byId("trouble-list").replaceChildren(...errors.map(finding));
  byId("trouble-texts").hidden = !spoiled.length || old;
  byId("trouble-texts").replaceChildren("Texts with errors:", ...spoiled.map((message) =>
    make("button", {type: "button", "aria-label": `Message ${message.number}`, data: {go: message.number}}, String(message.number))));
  const warnings = problems.filter((found) => found.warning);
  showMore("warnings", warnings, `${count(warnings.length, "warning", "warnings")} about this leaflet and language`);
  showMore("elsewhere", elsewhere, `${count(elsewhere.length, "problem", "problems")} in other parts of the project`);
}

function showMore(id, found, words) {
  byId(id).hidden = !found.length;
  byId(id).querySelector("summary").textContent = words;
  byId(id).querySelector("ul").replaceChildren(...found.map(finding));
}

// Pages

function showPages(pictures) {
  const container = byId("pages");
  container.classList.toggle("old", sheet.old);
  while (container.children.length > sheet.pages.length) container.lastElementChild.remove();
  sheet.pages.forEach((page, i) => {
    const element = container.children[i] ?? container.appendChild(newPage(page));
    element.classList.toggle("extra", page.extra);
    const name = element.querySelector(".page-name");
    const tooMany = page.extra ? ` · one too many: the leaflet is ${Math.ceil(sheet.over)} mm too long` : "";
    name.textContent = `Page ${page.number}${sheet.old ? " · old" : ""}${tooMany}`;
    const paper = element.querySelector(".paper");
    const picture = pictures?.[i];
    if (picture) {
      picture.alt = `Page ${page.number}, ${sheet.language.name}`;
      if (paper.querySelector("img")) paper.querySelector("img").replaceWith(picture);
      else paper.prepend(picture);
    }
    paper.querySelector(".places").replaceChildren(...placesOn(page.number));
  });
  container.dataset.digest = sheet.digest;
}

function newPage(page) {
  return make("section", {class: "page", "aria-labelledby": `page-${page.number}`},
    make("h2", {class: "page-name", id: `page-${page.number}`}),
    make("div", {class: "paper"},
      make("div", {class: "places", role: "group", "aria-label": `Texts on page ${page.number}`})));
}

// A message may stand in many pieces on a page; the first one is the button, the others belong to it.
function placesOn(number) {
  const places = [];
  for (const message of sheet.messages) {
    const boxes = message.boxes.filter((box) => box.page === number);
    boxes.forEach((box, i) => {
      const kind = `place ${isSource() ? "" : message.state}${message.findings.length ? " found" : ""}`;
      const place = i === 0
        ? make("button", {class: `${kind} first`, type: "button", tabindex: "-1", "aria-label": nameOf(message), title: `${message.number}`})
        : make("span", {class: kind, "aria-hidden": "true", title: `${message.number}`});
      place.dataset.number = message.number;
      Object.assign(place.style, {
        left: `${box.left}%`, top: `${box.top}%`, width: `${box.width}%`, height: `${box.height}%`,
      });
      places.push(place);
    });
  }
  return places;
}

// The list

function isListed(message) {
  if (filter === "todo") return message.state !== "translated";
  if (filter === "findings") return message.findings.length > 0;
  return true;
}

function showList() {
  const totals = {
    all: sheet.messages.length,
    todo: sheet.messages.filter((message) => message.state !== "translated").length,
    findings: sheet.messages.filter((message) => message.findings.length).length,
  };
  const names = {all: "All", todo: "To do", findings: "With findings"};
  for (const button of byId("filters").children) {
    const name = button.dataset.filter;
    button.textContent = `${names[name]} ${totals[name]}`;
    button.setAttribute("aria-pressed", String(name === filter));
  }
  const listed = sheet.messages.filter(isListed);
  byId("list").replaceChildren(...listed.map(listItem));
  const empty = byId("list-empty");
  empty.hidden = listed.length > 0 || !sheet.messages.length;
  empty.textContent = filter === "todo" ? "Everything here is translated." : "The checks found nothing.";
}

function listItem(message) {
  const language = message.state === "translated" ? sheet.language : sheet.source;
  const button = make("button", {type: "button", class: "item", tabindex: "-1"},
    make("span", {class: "number"}, String(message.number)),
    isSource() ? null : make("span", {class: `sign-of ${message.state}`, role: "img", "aria-label": STATES[message.state].name}, STATES[message.state].sign),
    make("span", {class: "words", lang: language.lang, dir: language.dir}, shortly(message.printed)),
    message.findings.length ? make("span", {class: "flag", role: "img", "aria-label": count(message.findings.length, "finding", "findings")}, "!") : null);
  button.dataset.number = message.number;
  return make("li", {}, button);
}

// The message

function part(title, ...children) {
  return make("div", {class: "part"}, make("h3", {}, title), ...children);
}

function showMessage() {
  const message = find(chosen);
  const title = byId("message-title");
  const body = byId("message-body");
  byId("message").className = `message ${message ? message.state : ""}`;
  if (!message) {
    title.replaceChildren("Message");
    body.replaceChildren(make("p", {class: "hint"}, sheet.messages.length
      ? "Click a text on the page, or choose one from the list below." : "There is no text to show."));
    step();
    return;
  }
  title.replaceChildren(`Message ${message.number} `, isSource()
    ? make("span", {class: "state source"}, "source text")
    : make("span", {class: `state ${message.state}`}, `${STATES[message.state].sign} ${STATES[message.state].name}`));
  body.replaceChildren(...[
    message.findings.length ? make("ul", {class: "findings", "aria-label": "What the checks found"}, ...message.findings.map(finding)) : null,
    ...wordsOf(message),
    part("Where it is written", make("dl", {class: "where"}, ...whereOf(message))),
    ...notesOf(message),
  ].filter(Boolean));
  step();
}

function wordsOf(message) {
  const {source, language} = sheet;
  const parts = [];
  if (message.edited.length) {
    parts.push(part(`What changed in the ${source.name}`, make("p", {class: "text", lang: source.lang, dir: source.dir},
      ...message.edited.map((change) => change.kind === "same" ? change.words
        : make(change.kind === "gone" ? "del" : "ins", {}, change.words)))));
  }
  parts.push(part(source.name, inLanguage("p", source, message.msgid, "text msgid")));
  if (message.context) parts.push(part("Context", make("p", {}, message.context)));
  if (!isSource()) {
    parts.push(part(message.state === "fuzzy" ? `${language.name}, to look at again` : language.name, message.msgstr
      ? inLanguage("p", language, message.msgstr, "text msgstr")
      : make("p", {class: "hint msgstr"}, message.findings.length ? "What the catalog has here cannot be read." : "There is no translation yet.")));
  }
  const said = message.state === "translated" && !isSource() ? message.msgstr : message.msgid;
  if (message.printed !== said) {
    const words = message.state === "translated" ? language : source;
    parts.push(part("On the page", inLanguage("p", words, message.printed, "text printed")));
  }
  return parts;
}

function whereOf(message) {
  const rows = [];
  if (!isSource()) {
    rows.push(make("dt", {}, sheet.language.name), message.catalog_place
      ? make("dd", {class: "catalog-place"}, ...path(message.catalog_place))
      : make("dd", {class: "hint catalog-place"}, "not in the catalog yet; “catalogs update” puts it there"));
  }
  rows.push(make("dt", {}, sheet.source.name),
    ...message.source_places.map((place) => make("dd", {class: "source-place"}, ...path(place))));
  return rows;
}

function notesOf(message) {
  const parts = [];
  const said = message.notes.filter((note) => note.startsWith("TRANSLATORS: "));
  const known = message.notes.filter((note) => !note.startsWith("TRANSLATORS: "));
  const paragraphs = (notes) => notes.map((note) => make("p", {class: "note"}, ...written(note)));
  if (said.length) parts.push(part("From the writer", ...paragraphs(said.map((note) => note.replace("TRANSLATORS: ", "")))));
  if (message.remarks.length) parts.push(part("Translators’ remarks", ...paragraphs(message.remarks)));
  if (known.length) parts.push(part("About this text", ...paragraphs(known)));
  return parts;
}

// Choosing a message

function choose(number, options = {}) {
  const message = sheet?.messages.find((one) => one.number === number);
  if (!message) return;
  chosen = keyOf(message);
  if (!isListed(message)) {
    filter = "all";
    showList();
  }
  showMessage();
  markChosen();
  byId("message-body").scrollTop = 0;
  if (options.reveal) reveal();
  const item = itemOf(number);
  if (item && document.activeElement !== item) item.scrollIntoView({block: "nearest"});
  writeAddress(false);
}

function isInSight(item) {
  if (!item) return false;
  const [own, list] = [item.getBoundingClientRect(), byId("list").getBoundingClientRect()];
  return own.bottom > list.top && own.top < list.bottom;
}

function markChosen() {
  const number = find(chosen)?.number;
  for (const place of document.querySelectorAll(".place[data-number]")) {
    const own = Number(place.dataset.number) === number;
    place.classList.toggle("chosen", own);
    if (place.tagName === "BUTTON") place.setAttribute("aria-pressed", String(own));
  }
  for (const item of byId("list").querySelectorAll("button")) {
    item.setAttribute("aria-pressed", String(Number(item.dataset.number) === number));
  }
  for (const group of [...document.querySelectorAll(".places"), byId("list")]) setEntrance(group);
}

// Of a group of many buttons one is in the order of Tab; the arrow keys lead to the others.
function setEntrance(group) {
  const buttons = [...group.querySelectorAll("button")];
  const entrance = buttons.find((button) => button.getAttribute("aria-pressed") === "true") ?? buttons[0];
  for (const button of buttons) button.tabIndex = button === entrance ? 0 : -1;
}

function reveal() {
  const place = document.querySelector(".place.chosen");
  const quiet = matchMedia("(prefers-reduced-motion: reduce)").matches;
  place?.scrollIntoView({block: "center", behavior: quiet ? "auto" : "smooth"});
}

function step() {
  const listed = sheet.messages.filter(isListed);
  const at = listed.findIndex((message) => keyOf(message) === chosen);
  byId("before").disabled = at < 1;
  byId("after").disabled = !listed.length || at === listed.length - 1;
}

function go(way) {
  const listed = sheet.messages.filter(isListed);
  const at = listed.findIndex((message) => keyOf(message) === chosen);
  const next = listed[at + way];
  if (next) choose(next.number, {reveal: true});
}

// What has the focus keeps it when its element is made anew.
function heldFocus() {
  const button = document.activeElement?.closest("button[data-number]");
  if (!button) return null;
  const group = button.closest(".list") ? "#list" : `[aria-label="${button.closest(".places")?.getAttribute("aria-label")}"]`;
  return `${group} button[data-number="${button.dataset.number}"]`;
}

function restoreFocus(held) {
  if (held) document.querySelector(held)?.focus({preventScroll: true});
}

function moveFocus(event, group) {
  const buttons = [...group.querySelectorAll("button")];
  const at = buttons.indexOf(document.activeElement);
  const to = {
    ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1,
    Home: 0, End: buttons.length - 1,
  }[event.key];
  if (at < 0 || to === undefined || !buttons[to]) return;
  event.preventDefault();
  for (const button of buttons) button.tabIndex = -1;
  buttons[to].tabIndex = 0;
  buttons[to].focus();
}

// What people do, and what the desk tells

function listen() {
  events?.close();
  events = new EventSource("/events");
  events.onmessage = (event) => {
    if (sheet?.revision !== event.data) load();
  };
  events.onerror = () => {
    lost = true;
    tell(CLOSED, "bad");
  };
  events.onopen = () => {
    if (lost && sheet) load();
    lost = false;
  };
}

for (const name of Object.keys(asked)) {
  byId(name).addEventListener("change", (event) => {
    asked[name] = event.target.value;
    writeAddress(true);
    load();
  });
}
byId("pages").addEventListener("click", (event) => {
  const place = event.target.closest("[data-number]");
  if (place) choose(Number(place.dataset.number));
});
byId("pages").addEventListener("keydown", (event) => {
  const group = event.target.closest(".places");
  if (group) moveFocus(event, group);
});
byId("trouble").addEventListener("click", (event) => {
  const button = event.target.closest("[data-go]");
  if (button) choose(Number(button.dataset.go), {reveal: true});
});
byId("list").addEventListener("click", (event) => {
  const item = event.target.closest("[data-number]");
  if (item) choose(Number(item.dataset.number), {reveal: true});
});
byId("list").addEventListener("keydown", (event) => moveFocus(event, byId("list")));
byId("filters").addEventListener("click", (event) => {
  const button = event.target.closest("[data-filter]");
  if (!button || !sheet) return;
  filter = button.dataset.filter;
  showList();
  markChosen();
  step();
});
byId("before").addEventListener("click", () => go(-1));
byId("after").addEventListener("click", () => go(1));
addEventListener("popstate", () => {
  readAddress();
  load();
});
// A browser keeps few connections: a page that nobody sees holds none.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) events?.close();
  else listen();
});

readAddress();
listen();

// Who takes part in the scenes.
const NAMES = [
  ["Alice Marsh", "Albion Telecom"], ["Bob Whitfield", "Albion Telecom"], ["Carla Jiménez", "Liberty Networks"], ["Dmitri Aalto", "Nordic Voice"],
  ["Boardroom London", "Albion Telecom"], ["Emi Tanaka", "Pacific Connect"], ["Femi Okonkwo", "Liberty Networks"], ["+1 212 555 0147", "Liberty Networks"],
  ["Grace Lindqvist-Featherstonehaugh", "Nordic Voice"], ["Hugo Brandt", "Nordic Voice"],
];

/** Lines as the exchange names them, in the order of the offer. */
export function linesOf(offer) {
  const mids = [...offer.matchAll(/^a=mid:(\S+)/gm)].map((match) => match[1]).slice(3);
  return mids.map((mid, i) => ({ mid, kind: i === mids.length - 1 ? "content" : "camera" }));
}

/** Oneself (id 7) and so many others; changes by id. */
export function roster(count, changes = {}) {
  const person = (id, name, provider, more = {}) => ({
    id, name, provider, kind: "browser", state: "in", audio: true, video: true, hand: false, isSelf: false, isOrganiser: false, isPresenting: false, ...more, ...changes[id],
  });
  const others = Array.from({ length: count }, (_, i) => {
    const [name, provider] = NAMES[i % NAMES.length];
    const more = { isOrganiser: i === 0 };
    if (name.startsWith("+")) Object.assign(more, { kind: "phone", video: false });
    if (name.startsWith("Boardroom")) more.kind = "room";
    if (i % 4 === 3) more.audio = false;
    if (i % 5 === 2) more.video = false;
    return person(100 + i, i < NAMES.length ? name : `${name} ${Math.floor(i / NAMES.length) + 1}`, provider, more);
  });
  return [person(7, "Ann Keller", "Albion Telecom", { isSelf: true }), ...others];
}

// The organiser runs a meeting by her own page, with a guest on another exchange: organiser.mjs HER_URL HIS_URL, where hers has her invitation. Writes one line of JSON: what each saw meanwhile.
import { enter, isHeard, look, person, run, until } from "./kit.mjs";

await run(async (on) => {
  const ann = await enter(on, "Ann", process.argv[2], person({ hertz: 440 }));
  const ben = await enter(on, "Ben", process.argv[3], person({ hertz: 620 }));
  const sees = (page, name, more) => until(`${name} to be seen`, async () => {
    const { pictures } = await page.evaluate(look);
    return { pictures, done: pictures[name] >= more };
  });
  const hears = (page, hertz, isThere) => until(`${hertz} Hz to be heard ${isThere ? "again" : "no more"}`, async () => {
    const seen = await page.evaluate(look);
    return { ...seen, done: isHeard(seen, hertz) === isThere };
  });
  const press = (page, name) => page.getByRole("button", { name, exact: true }).first().click();
  const reads = (page, text) => page.getByText(text).first().waitFor({ timeout: 15_000 });

  await sees(ann, "Ben", 5);
  await sees(ben, "Ann", 5);
  await hears(ann, 620, true);
  await ann.getByRole("button", { name: /^People/ }).click();

  await press(ann, "Mute Ben");
  await reads(ben, /muted your microphone/);
  await hears(ann, 620, false);
  // Who was muted may speak again by his own button.
  await press(ben, "Mic");
  await hears(ann, 620, true);
  await ann.getByRole("button", { name: "Mute Ben", disabled: false }).waitFor();

  await press(ann, "To lobby: Ben");
  await reads(ben, "You are back in the lobby");
  await press(ann, "Admit Ben");
  await ben.getByRole("button", { name: "Leave the meeting" }).waitFor();
  await sees(ben, "Ann", (await ben.evaluate(look)).pictures.Ann + 5);
  await sees(ann, "Ben", (await ann.evaluate(look)).pictures.Ben + 5);
  await hears(ann, 620, true);

  await press(ann, "Lock the meeting");
  for (const page of [ann, ben]) await page.locator(".badge", { hasText: "Locked" }).waitFor();
  const cid = await enter(on, "Cid", process.argv[3], person({ hertz: 1010 }));
  await reads(cid, "The meeting is locked");
  await cid.close();
  await press(ann, "Locked: nobody else can join");
  for (const page of [ann, ben]) await page.locator(".badge", { hasText: "Locked" }).waitFor({ state: "hidden" });

  await press(ann, "More");
  await press(ann, "Record the meeting");
  await reads(ben, "This meeting is being recorded by Ann.");
  for (const page of [ann, ben]) await page.locator(".badge.is-recording").waitFor();
  await press(ann, "Record the meeting");
  for (const page of [ann, ben]) await page.locator(".badge.is-recording").waitFor({ state: "hidden" });
  await ann.keyboard.press("Escape");

  await press(ann, "Remove Ben");
  await reads(ben, "You were removed from the meeting");
  await until("Ann to be alone", async () => {
    const tiles = await ann.locator(".stage .tile").count();
    return { tiles, done: tiles === 1 };
  });
  on.result.done = true;
});

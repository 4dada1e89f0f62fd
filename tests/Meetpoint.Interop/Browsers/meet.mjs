// Two real browsers in one meeting, each by its own join page: meet.mjs URL URL [quality|recorded]; "quality" until both pages say how their connection does, "recorded" until both were told that the meeting is recorded, and that it is no more.
// Writes one line of JSON: what each decoded and heard, or what did not happen in time.
import { join } from "node:path";
import { enter, isHeard, LIMIT_MS, look, person, run, until } from "./kit.mjs";

await run(async (on) => {
  const { result, folder } = on;
  const people = [];
  for (const [i, [name, hertz]] of [["Ann", 440], ["Ben", 880]].entries())
    people.push({ page: await enter(on, name, process.argv[2 + i], person({ hertz })), name, hertz });
  const [ann, ben] = people;

  for (const [self, other] of [[ann, ben], [ben, ann]]) {
    result[self.name] = await until(`${self.name} to see and hear ${other.name}`, async () => {
      const seen = await self.page.evaluate(look);
      return { ...seen, done: seen.lines.some((line) => line.frames >= 20) && isHeard(seen, other.hertz) };
    });
  }

  if (process.argv[4] === "recorded") {
    for (const state of ["visible", "hidden"]) {
      for (const { page } of people) await page.locator(".badge.is-recording").waitFor({ state, timeout: LIMIT_MS });
    }

    result.wasRecorded = true;
  } else {
    await share(on, people);
  }

  await ann.page.getByRole("button", { name: /^leave/i }).first().click();
});

async function share({ result, folder }, people) {
  const [ann, ben] = people;
  await ann.page.getByRole("button", { name: /share/i }).first().click();
  result.content = await until("Ben to see what Ann shares", async () => {
    const seen = await ben.page.evaluate(look);
    const line = seen.lines.find((one) => one.mid === seen.contentMid);
    return { ...line, done: line?.frames >= 5 };
  });

  await ann.page.getByRole("button", { name: /chat/i }).first().click();
  await ann.page.getByRole("textbox").last().fill("Good morning over there");
  await ann.page.keyboard.press("Enter");
  await ben.page.getByRole("button", { name: /chat/i }).first().click();
  await ben.page.getByText("Good morning over there").first().waitFor({ timeout: 10_000 });
  result.chat = true;
  if (process.argv[4] === "quality") {
    for (const { page, name } of people) {
      const badge = page.locator(".badge.health");
      await badge.waitFor({ timeout: 30_000 });
      result[name].health = await badge.textContent();
    }
  }

  await ben.page.screenshot({ path: process.env.SCREENSHOT ?? join(folder, "ben.png") });
}

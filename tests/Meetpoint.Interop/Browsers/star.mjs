// Three real browsers in one meeting, each by the join page of an exchange of its own, of which the first is the focus: star.mjs URL URL URL. Writes one line of JSON: what each saw, heard and read.
import { enter, isHeard, look, person, run, until } from "./kit.mjs";

const PEOPLE = [["Ann", 440, "red"], ["Ben", 620, "green"], ["Cleo", 1010, "blue"]];

await run(async (on) => {
  const people = await Promise.all(PEOPLE.map(async ([name, hertz, colour], i) => ({ name, hertz, colour, page: await enter(on, name, process.argv[2 + i], person({ hertz, colour })) })));
  const [, ben, cleo] = people;

  for (const self of people) {
    const others = people.filter((other) => other !== self);
    on.result[self.name] = await until(`${self.name} to see and hear ${others.map(({ name }) => name)}, in their colours and tones, and never himself`, async () => {
      const seen = await self.page.evaluate(look);
      const colours = await self.page.evaluate(() => window.colours());
      const isSeen = others.every(({ name, colour }) => seen.pictures[name] >= 15 && colours[name] === colour);
      return { ...seen, colours, done: isSeen && others.every(({ hertz }) => isHeard(seen, hertz)) };
    });
  }

  await ben.page.getByRole("button", { name: /share/i }).first().click();
  for (const self of people.filter((other) => other !== ben)) {
    await until(`${self.name} to see what Ben shows`, async () => {
      const { pictures } = await self.page.evaluate(look);
      return { pictures, done: pictures["Ben's screen"] >= 3 };
    });
  }

  for (const { page, name } of people) {
    await page.getByRole("button", { name: /^chat/i }).click();
    await page.getByRole("textbox", { name: "Message to everybody" }).fill(`Good morning from ${name}`);
    await page.keyboard.press("Enter");
  }

  for (const { page } of people) {
    for (const { name } of people) await page.getByRole("log").getByText(`Good morning from ${name}`).waitFor({ timeout: 10_000 });
  }

  on.result.providers = await cleo.page.locator(".chat .provider").allTextContents();
  // After all that has come and gone in the lines nobody was ever shown himself, nor heard: his tone would stand beside the others'.
  for (const self of people) on.result[self.name] = { ...on.result[self.name], last: await self.page.evaluate(look), hertz: self.hertz };
});

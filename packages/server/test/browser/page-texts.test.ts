import { expect, test } from "vitest";
import { messagesOf } from "../../src/web/messages/messages.ts";
import { createStrangerFinder } from "./page-texts.ts";

const { find } = createStrangerFinder("en", "ru");
const [en, ru] = [messagesOf("en").layout, messagesOf("ru").layout];

test.each([
  [`<p>${en.signOut}</p>`, [en.signOut]],
  [`<button aria-label="${en.openNavigation}"><b> ${en.close}\n</b></button>`, [en.close, en.openNavigation]],
  [`<p>${en.signedInAs("Ada &amp; Bob")}</p>`, [en.signedInAs("Ada & Bob")]],
  [`<p>${ru.signOut}</p><p>${ru.signedInAs("Ada")}</p><p>Skerry</p>`, []],
  [`<pre>${en.signOut}</pre><code class="x">${en.close}</code><script>${en.close}</script>`, []],
])("%s", (html, strangers) => {
  expect(find(html)).toEqual(strangers);
});

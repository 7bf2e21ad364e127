/** The tour of the demo tenant's scripts, one of each type. */
export const tour = {
  title: "Welcome to Skerry",
  intro:
    "This tenant has one small script of each type. Five steps show what each of them is for; a step is ticked off when its script has run.",
  progress: (done: number, all: number) => `${done} of ${all} done`,
  done: "Done",
  again: "Tour",
  dismiss: "Close the tour",
  open: "Open the script",
  finished: "That is all of them. The templates under “New script” begin a script of your own.",
  steps: {
    oneoff: {
      shows: "A script that runs when you ask for it.",
      try: "Open it and press Ctrl+Enter: the log comes in while it runs, the result when it has ended.",
      link: "Run it in the editor",
    },
    http: {
      shows: "A script that answers requests at an address of its own.",
      try: "Call it, then call it again with another name: it counts its visitors in the tenant's cache.",
      link: "Call it",
    },
    scheduled: {
      shows: "A script that runs every quarter of an hour, by the clocks of Paris.",
      try: "See when it runs next, and do not wait: run it now.",
      link: "Go to the schedules",
    },
    event: {
      shows: "A script that handles an event, and tries up to three times.",
      try: 'Publish the event ship.arrived with the payload {"ship": "Fram"}, and see who handled it.',
      link: "Go to the events",
    },
    embedded: {
      shows: "A script that the product itself calls, with input and output checked by schemas.",
      try: 'Run it with the input {"metres": 14, "nights": 2}. The tariff comes from the library that it imports.',
      link: "Run it in the editor",
    },
  },
};

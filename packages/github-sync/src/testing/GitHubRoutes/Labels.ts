import { labelNames, needed, refOf, repositoryOf, text, type Call, type Reply, type Route } from "./Call.ts"

const labelsOf = (call: Call): Reply => {
  const { repository, labels } = call.world.pullRequest(refOf(call))
  return { status: 200, items: [...labels].map((label) => call.views.label(label, repository)) }
}

// Lists of labels that follow a change come whole.
const allLabelsOf = (call: Call): Reply => {
  const reply = labelsOf(call)
  return { status: 200, body: "items" in reply ? reply.items : [] }
}

/** Labels of a repository and of its pull requests. */
export const labelRoutes: ReadonlyArray<Route> = [
  {
    method: "GET",
    path: "/repos/:owner/:repo/labels",
    answer: (call) => {
      const repository = call.world.repository(repositoryOf(call))
      return {
        status: 200,
        items: [...repository.labels.values()].map((label) => call.views.label(label, repository))
      }
    }
  },
  {
    method: "POST",
    path: "/repos/:owner/:repo/labels",
    answer: (call) => {
      const at = repositoryOf(call)
      const label = call.world.createLabel(
        at,
        needed(call, "Label", "name"),
        text(call, "color") ?? "ededed",
        text(call, "description") ?? null
      )
      return { status: 201, body: call.views.label(label, call.world.repository(at)) }
    }
  },
  {
    method: "GET",
    path: "/repos/:owner/:repo/labels/:name",
    answer: (call) => {
      const at = repositoryOf(call)
      const label = call.world.label(at, call.params["name"] ?? "")
      return { status: 200, body: call.views.label(label, call.world.repository(at)) }
    }
  },
  {
    method: "PATCH",
    path: "/repos/:owner/:repo/labels/:name",
    answer: (call) => {
      const at = repositoryOf(call)
      const name = text(call, "new_name")
      const color = text(call, "color")
      const description = text(call, "description")
      const label = call.world.changeLabel(at, call.params["name"] ?? "", {
        ...(name === undefined ? {} : { name }),
        ...(color === undefined ? {} : { color }),
        ...(description === undefined ? {} : { description })
      })
      return { status: 200, body: call.views.label(label, call.world.repository(at)) }
    }
  },
  {
    method: "DELETE",
    path: "/repos/:owner/:repo/labels/:name",
    answer: (call) => {
      call.world.deleteLabel(repositoryOf(call), call.params["name"] ?? "")
      return { status: 204 }
    }
  },
  { method: "GET", path: "/repos/:owner/:repo/issues/:number/labels", answer: labelsOf },
  {
    method: "POST",
    path: "/repos/:owner/:repo/issues/:number/labels",
    answer: (call) => {
      call.world.addLabels(refOf(call), labelNames(call))
      return allLabelsOf(call)
    }
  },
  {
    method: "PUT",
    path: "/repos/:owner/:repo/issues/:number/labels",
    answer: (call) => {
      call.world.setLabels(refOf(call), labelNames(call))
      return allLabelsOf(call)
    }
  },
  {
    method: "DELETE",
    path: "/repos/:owner/:repo/issues/:number/labels",
    answer: (call) => {
      call.world.setLabels(refOf(call), [])
      return { status: 204 }
    }
  },
  {
    method: "DELETE",
    path: "/repos/:owner/:repo/issues/:number/labels/:name",
    answer: (call) => {
      call.world.removeLabel(refOf(call), call.params["name"] ?? "")
      return allLabelsOf(call)
    }
  }
]

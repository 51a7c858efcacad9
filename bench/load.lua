-- What wrk sends, chosen by its first argument, and one line of JSON with what it counted.
-- Latencies are in microseconds, from the moment a request was written to the whole answer.

local ESSAY = string.rep("Sega%2C+of+course.+", 12)
local LONG_ESSAY = string.rep("Sega%2C+of+course.+", 117) .. "Sega%2C+yes%21"
local REPEATED = 500

local function form(essay, email)
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
  wrk.body = "email_addr=" .. email .. "&essay_question=" .. essay
end

local kinds = {
  submit = function() form(ESSAY, "ann%40example.org") end,
  essay = function() form(LONG_ESSAY, "ann%40example.org") end,
  invalid = function() form("", "nobody") end,
  page = function() end,
  close = function()
    form(ESSAY, "ann%40example.org")
    wrk.headers["Connection"] = "close"
  end,
  json = function()
    wrk.method = "POST"
    wrk.headers["Content-Type"] = "application/json"
    wrk.body = '{"email_addr": "ann@example.org", "essay_question": "'
      .. string.rep("Sega, of course. ", 12) .. '"}'
  end,
  ["repeat"] = function()
    form(ESSAY, "ann%40example.org")
    local requests, last = {}, 0
    for number = 1, REPEATED do
      wrk.headers["Idempotency-Key"] = string.format("a-benchmark-%08d", number)
      requests[number] = wrk.format()
    end
    -- A global: wrk calls it where it is there, and otherwise sends one request again and again.
    function request()
      last = last % REPEATED + 1
      return requests[last]
    end
  end,
}

function init(arguments)
  kinds[arguments[1]]()
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests": %d, "seconds": %.6f, "p50_us": %.0f, "p99_us": %.0f, "refused": %d, "broken": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50), latency:percentile(99),
    errors.status, errors.connect + errors.read + errors.write + errors.timeout
  ))
end

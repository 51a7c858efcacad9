-- Submissions at a rate that does not depend on how fast they are answered: whichever connection is
-- free takes the next moment of a timetable. The first argument is the rate, in submissions a second.
-- Where all connections wait for answers, it is made up for afterwards.

local ffi = require("ffi")
ffi.cdef [[
  typedef struct { long seconds; long nanoseconds; } moment;
  int clock_gettime(int clock, moment *now);
]]
local MONOTONIC = 1
local now = ffi.new("moment")
local interval, due

local function milliseconds()
  ffi.C.clock_gettime(MONOTONIC, now)
  return tonumber(now.seconds) * 1e3 + tonumber(now.nanoseconds) / 1e6
end

function init(arguments)
  interval = 1000 / tonumber(arguments[1])
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
  wrk.body = "email_addr=ann%40example.org&essay_question="
    .. string.rep("Sega%2C+of+course.+", 12)
end

function delay()
  local moment = milliseconds()
  due = (due or moment) + interval
  return math.max(0, math.floor(due - moment))
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests": %d, "seconds": %.6f, "p50_us": %.0f, "p99_us": %.0f, "refused": %d, "broken": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50), latency:percentile(99),
    errors.status, errors.connect + errors.read + errors.write + errors.timeout
  ))
end

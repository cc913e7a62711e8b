-- Lua: calls, tables, closures, string building and matching, floating point.
local scale = tonumber(arg[1])

local function fibonacci(n)
    return n < 2 and n or fibonacci(n - 1) + fibonacci(n - 2)
end

local function permute(list, n, visit)
    if n == 0 then
        visit(list)
        return
    end
    for i = 1, n do
        list[n], list[i] = list[i], list[n]
        permute(list, n - 1, visit)
        list[n], list[i] = list[i], list[n]
    end
end

print(fibonacci(22))
local seen = 0
permute({ 1, 2, 3, 4, 5, 6, 7 }, 7, function(list)
    seen = seen + list[1] * list[7]
end)
print(seen)
local words, counts = {}, {}
for i = 1, 200 * scale do
    words[i] = string.format("w%02x", i * 31 % 97)
end
for word in table.concat(words, " "):gmatch("%w+") do
    counts[word] = (counts[word] or 0) + 1
end
print(counts.w10)
local total = 0.0
for i = 1, 4000 * scale do
    total = total + 1 / (i * i)
end
print(string.format("%.12f", total))

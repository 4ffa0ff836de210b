# Runs the fragments in $jobs one after another, each in a frame of its own, on Windows PowerShell 2.0 and later.
# $boundary, $budget (milliseconds in all) and $jobs (number, milliseconds, bytes, text) stand before it.
# Only ASCII leaves this script, written as bytes, so that no code page on the way can spoil it. Nothing here
# changes the host: the one thing set is the priority of this very process.

$words = @'
$plain = [Globalization.CultureInfo]::InvariantCulture
function hm_text([string]$text) {
  '"' + [regex]::Replace($text, '[^ !#-\[\]-~]', [Text.RegularExpressions.MatchEvaluator] {
    param($found) '\u{0:x4}' -f [int][char]$found.Value
  }) + '"'
}
function hm_value($value) {
  if ($null -eq $value) { return 'null' }
  if ($value -is [bool]) { if ($value) { return 'true' } else { return 'false' } }
  if ($value -is [double] -or $value -is [single]) {
    if ([double]::IsNaN($value) -or [double]::IsInfinity($value)) { return 'null' }
    return ([double]$value).ToString('r', $plain)
  }
  if ($value -is [Enum]) { return hm_text ($value.ToString()) }
  if ($value -is [decimal]) { return $value.ToString($plain) }
  if ($value -is [TimeSpan]) { return $value.TotalSeconds.ToString('r', $plain) }
  if ($value -is [DateTime]) {
    return hm_text ($value.ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ssZ', $plain))
  }
  if ($value -is [Collections.ICollection]) {
    return hm_text ([string]::Join(', ', [string[]]@($value | ForEach-Object { [string]$_ })))
  }
  $code = [int][Convert]::GetTypeCode($value)
  if ($code -ge 5 -and $code -le 12) { return $value.ToString($plain) }
  hm_text ([string]$value)
}
function hm_row($item) {
  $parts = New-Object Collections.ArrayList
  if ($item -is [Collections.IDictionary]) {
    foreach ($key in $item.Keys) { [void]$parts.Add((hm_text $key) + ':' + (hm_value $item[$key])) }
  } elseif ($item -is [string] -or $item -is [ValueType]) {
    [void]$parts.Add('"value":' + (hm_value $item))
  } else {
    foreach ($member in $item.PSObject.Properties) {
      [void]$parts.Add((hm_text $member.Name) + ':' + (hm_value $member.Value))
    }
  }
  '{' + [string]::Join(',', [string[]]$parts.ToArray()) + '}'
}
'@

$work = "param(`$fragment, `$sink, `$room)`n" + $words + @'

$ErrorActionPreference = 'Continue'
$ProgressPreference = 'SilentlyContinue'
$hm = @{ room = $room }
& ([ScriptBlock]::Create($fragment)) | ForEach-Object {
  if ($null -ne $_) {
    $line = hm_row $_
    $hm.room -= $line.Length + 1
    if ($hm.room -lt 0) { throw 'hmaint:cut' }
    [void]$sink.Add($line)
  }
}
'@

$clock = [Diagnostics.Stopwatch]::StartNew()
$out = [Console]::OpenStandardOutput()
$err = [Console]::OpenStandardError()
. ([ScriptBlock]::Create($words))

function hm_say($stream, [string]$text) {
  $bytes = [Text.Encoding]::ASCII.GetBytes($text)
  $stream.Write($bytes, 0, $bytes.Length)
  $stream.Flush()
}
function hm_mark($word, $one, $two) {
  hm_say $out "$boundary $word $one $two`n"
  hm_say $err "$boundary $word $one $two`n"
}
function hm_trouble($record) {
  $root = $record.Exception.GetBaseException()
  hm_say $err ((hm_row @{
    id = [string]$record.FullyQualifiedErrorId
    category = [string]$record.CategoryInfo.Category
    type = $root.GetType().FullName
    status = [string]$root.ErrorCode
    code = '0x{0:X8}' -f [Runtime.InteropServices.Marshal]::GetHRForException($root)
    message = $root.Message
  }) + "`n")
}

try {
  try { [Diagnostics.Process]::GetCurrentProcess().PriorityClass = 'BelowNormal' } catch { }
  hm_mark 'hello' 0 0
  hm_mark 'group' $PID 0
  $space = $null
  foreach ($job in $jobs) {
    $number, $limit, $room, $fragment = $job
    $left = $budget - $clock.ElapsedMilliseconds
    if ($left -le 0) { [Environment]::Exit(4) }
    if ($null -eq $space) {
      $space = [Management.Automation.Runspaces.RunspaceFactory]::CreateRunspace()
      $space.Open()
    }
    $sink = [Collections.ArrayList]::Synchronized((New-Object Collections.ArrayList))
    $shell = [Management.Automation.PowerShell]::Create()
    $shell.Runspace = $space
    [void]$shell.AddScript($work, $true).AddArgument($fragment).AddArgument($sink).AddArgument($room)
    $code = 0
    $fatal = $null
    hm_mark 'begin' $number 0
    try {
      $running = $shell.BeginInvoke()
      if ($running.AsyncWaitHandle.WaitOne([int][Math]::Min([long]$limit, [long]$left), $false)) {
        [void]$shell.EndInvoke($running)
      } else {
        $code = 124
        # A look that hangs in somebody else's code cannot be stopped: its runspace is left behind with it.
        if (-not $shell.BeginStop($null, $null).AsyncWaitHandle.WaitOne(1000, $false)) { $space = $null }
      }
    } catch {
      $fatal = $_
      $code = 1
      $cause = $_.Exception
      while ($null -ne $cause) {
        if ($null -ne $cause.ErrorRecord) { $fatal = $cause.ErrorRecord }
        $cause = $cause.InnerException
      }
      if ($fatal.Exception.Message -eq 'hmaint:cut') { $code = 125 }
    }
    $lines = [string[]]$sink.ToArray()
    if ($lines.Length -gt 0) { hm_say $out ([string]::Join("`n", $lines) + "`n") }
    if ($code -ne 124) {
      foreach ($record in @($shell.Streams.Error | Select-Object -First 20)) { hm_trouble $record }
    }
    if ($code -eq 1) { hm_trouble $fatal }
    hm_mark 'end' $number $code
  }
  hm_mark 'done' 0 0
  [Environment]::Exit(0)
} catch {
  try { hm_say $err ([string]$_) } catch { }
  [Environment]::Exit(3)
}

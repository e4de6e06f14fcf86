using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace ChestXray.Model.Networks;

/// <summary>
/// Threads that stay and do parts of a caller's work. One call at a time. Between calls they look for work for a moment and
/// then sleep, so that calls that follow each other closely wake nobody.
/// </summary>
/// <remarks>
/// A pool's loops often leave cores idle here: the calling thread takes part after part and has done all before another thread
/// has come.
/// </remarks>
internal sealed class WorkTeam
{
    /// <summary>How long a thread looks before it sleeps: some passes of a network, and less than a sleep costs.</summary>
    private static readonly long _patience = Stopwatch.Frequency / 10_000;

    private static readonly Lock _lock = new();
    private static readonly List<WorkTeam> _idle = [];

    private readonly Sleeper _caller;
    private readonly Sleeper[] _members;
    private Action<int>? _work;
    private ExceptionDispatchInfo? _error;
    private long _call;
    private int _left;

    private WorkTeam(int parts)
    {
        _caller = new(_ => Volatile.Read(ref _left) == 0);
        _members = [.. Enumerable.Range(1, parts - 1).Select(_ => new Sleeper(done => Volatile.Read(ref _call) != done))];
        for (int part = 1; part < parts; part++)
        {
            int mine = part;
            new Thread(() => Serve(mine)) { IsBackground = true, Name = $"part {part} of {parts}" }.Start();
        }
    }

    /// <summary>A team that nobody uses; give it back.</summary>
    /// <param name="parts">From 2; the caller does the first.</param>
    public static WorkTeam Borrow(int parts)
    {
        lock (_lock)
        {
            for (int i = _idle.Count - 1; i >= 0; i--)
            {
                if (_idle[i]._members.Length != parts - 1)
                    continue;
                WorkTeam team = _idle[i];
                _idle.RemoveAt(i);
                return team;
            }
        }

        return new(parts);
    }

    /// <summary>Gives it back.</summary>
    public void Return()
    {
        lock (_lock)
            _idle.Add(this);
    }

    /// <summary>Does every part once and returns when all are done; the first error is thrown then.</summary>
    public void Run(Action<int> work)
    {
        (_work, _error, _left) = (work, null, _members.Length);
        Interlocked.Increment(ref _call);
        foreach (Sleeper member in _members)
            member.Wake();
        try
        {
            work(0);
        }
        catch (Exception error)
        {
            Keep(error);
        }

        _caller.Wait(0);
        _work = null;
        _error?.Throw();
    }

    private void Serve(int part)
    {
        Sleeper me = _members[part - 1];
        for (long done = 0; ; done++)
        {
            me.Wait(done);
            try
            {
                _work!(part);
            }
            catch (Exception error)
            {
                Keep(error);
            }

            if (Interlocked.Decrement(ref _left) == 0)
                _caller.Wake();
        }
    }

    private void Keep(Exception error) => Interlocked.CompareExchange(ref _error, ExceptionDispatchInfo.Capture(error), null);

    /// <summary>One thread that waits for a condition, and those that make it true.</summary>
    private sealed class Sleeper(Func<long, bool> isTrue)
    {
        private readonly AutoResetEvent _woken = new(false);
        private int _isAsleep;

        /// <summary>By the one that waits.</summary>
        public void Wait(long argument)
        {
            long end = Stopwatch.GetTimestamp() + _patience;
            while (!isTrue(argument))
            {
                Thread.SpinWait(20);
                if (Stopwatch.GetTimestamp() < end)
                    continue;
                Volatile.Write(ref _isAsleep, 1);
                Interlocked.MemoryBarrier();

                // Whoever takes the mark back has the say: the waker then sets the event, which must be taken.
                if (isTrue(argument) && Interlocked.Exchange(ref _isAsleep, 0) == 1)
                    return;
                _woken.WaitOne();
            }
        }

        /// <summary>By the one that has made the condition true.</summary>
        public void Wake()
        {
            Interlocked.MemoryBarrier();
            if (Volatile.Read(ref _isAsleep) == 1 && Interlocked.Exchange(ref _isAsleep, 0) == 1)
                _woken.Set();
        }
    }
}

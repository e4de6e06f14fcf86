namespace ChestXray.Pipeline.Phantoms;

/// <summary>Who the phantom patients are and what each of their images shows: a pure function of the options.</summary>
internal static class Cohort
{
    // Share of images with a finding, in Findings' order: NIH's ranking, but far flatter, so that the rarest (Hernia) has some
    // ten patients in a test set of a fifth of 2,000 images.
    private static readonly double[] _shares =
        [0.136, 0.094, 0.109, 0.081, 0.150, 0.087, 0.072, 0.060, 0.165, 0.122, 0.129, 0.099, 0.067, 0.114];

    private const double HealthyShare = 0.25;

    // How many images a finding may lag behind its share before the next patient gets it for certain.
    private const double Patience = 16;
    private const double OfficialTestShare = 0.22;
    private const double Persistence = 0.6;
    private const int MostImages = 10;
    private const ulong PatientStream = 1, TestStream = 2;

    /// <summary>All images in the order of their names.</summary>
    public static List<PhantomImage> Make(PhantomOptions options)
    {
        List<PhantomImage> images = new(options.Images);
        double[] owed = new double[Findings.Count];
        for (int patient = 1; images.Count < options.Images; patient++)
            AddPatient(images, owed, patient, options);
        return images;
    }

    /// <summary>Whether the phantom's own test_list.txt holds this patient.</summary>
    public static bool IsOfficialTest(PhantomOptions options, int patient) =>
        new Draws(options.Seed, TestStream, (ulong)patient).Chance(OfficialTestShare);

    private static void AddPatient(List<PhantomImage> images, double[] owed, int patient, PhantomOptions options)
    {
        Draws draws = new(options.Seed, PatientStream, (ulong)patient);
        int age = Math.Clamp((int)(48 + (18 * (draws.Unit() + draws.Unit() + draws.Unit() - 1.5f))), 2, 92);
        bool woman = draws.Chance(0.435);
        int count = 1;
        while (count < MostImages && draws.Chance(0.69))
            count++;
        int carried = DrawFindings(draws, owed, count);
        for (int followUp = 0; followUp < count && images.Count < options.Images; followUp++)
        {
            int shown = 0;
            for (int finding = 0; finding < Findings.Count; finding++)
            {
                bool present = draws.Chance(Persistence);
                shown |= present ? carried & (1 << finding) : 0;
            }

            age += followUp > 0 && draws.Chance(0.3) ? 1 : 0;
            bool fromBehind = draws.Chance(shown == 0 ? 0.72 : 0.5);
            images.Add(new PhantomImage(patient, followUp, shown, age, woman, fromBehind));
        }
    }

    // Chances follow what is owed, so that the shares hold in small sets, too, while nobody's findings follow from another's.
    private static int DrawFindings(Draws draws, double[] owed, int images)
    {
        bool healthy = draws.Chance(HealthyShare);
        int carried = 0;
        for (int finding = 0; finding < Findings.Count; finding++)
        {
            // Who has many images is no likelier to carry a finding: rare ones shall spread over many patients.
            bool present = draws.Chance(owed[finding] / Patience / (1 - HealthyShare));
            owed[finding] += _shares[finding] / Persistence * images;
            if (!present || healthy)
                continue;
            carried |= 1 << finding;
            owed[finding] -= images;
        }

        return carried;
    }
}

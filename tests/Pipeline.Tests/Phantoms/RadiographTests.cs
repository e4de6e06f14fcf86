using ChestXray.Pipeline.Phantoms;

namespace ChestXray.Pipeline.Tests.Phantoms;

public sealed class RadiographTests
{
    private const int Side = 128;

    public static TheoryData<string> Names => [.. Findings.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_finding_leaves_a_visible_sign(string finding)
    {
        int column = Findings.IndexOf(finding);
        Radiograph radiograph = new(Side);
        for (int patient = 1; patient <= 10; patient++)
        {
            PhantomImage healthy = new(patient, 0, 0, 50, Woman: true, FromBehind: true);
            byte[] without = radiograph.Draw(healthy, 0).ToArray();
            byte[] with = radiograph.Draw(healthy with { Findings = 1 << column }, 0).ToArray();
            int changed = without.Zip(with).Count(pair => Math.Abs(pair.First - pair.Second) >= 20);
            Assert.InRange(changed, 25, Side * Side / 2);
        }
    }

    [Fact]
    public void Signs_of_one_finding_differ_from_image_to_image()
    {
        Radiograph radiograph = new(Side);
        PhantomImage image = new(1, 0, 1 << Findings.IndexOf("Mass"), 50, Woman: true, FromBehind: true);
        byte[] first = radiograph.Draw(image, 0).ToArray();
        Assert.NotEqual(first, radiograph.Draw(image with { FollowUp = 1 }, 0).ToArray());
        Assert.NotEqual(first, radiograph.Draw(image, 1).ToArray());
        Assert.Equal(first, radiograph.Draw(image, 0).ToArray());
    }

    [Fact]
    public void A_chest_has_dark_lungs_between_a_bright_middle_and_grey_walls()
    {
        Radiograph radiograph = new(Side);
        foreach (PhantomImage image in Cohort.Make(new PhantomOptions { Images = 60 }).Where(image => image.Findings == 0))
        {
            byte[] grey = radiograph.Draw(image, 0).ToArray();
            double lungs = (Mean(grey, 0.28, 0.45) + Mean(grey, 0.72, 0.45)) / 2, spine = Mean(grey, 0.5, 0.45);
            Assert.True(spine > lungs + 50, $"{image.FileName}: spine {spine}, lungs {lungs}");
            Assert.True(Mean(grey, 0.3, 0.9) > lungs + 30, $"{image.FileName}: belly {Mean(grey, 0.3, 0.9)}, lungs {lungs}");
        }
    }

    private static double Mean(byte[] grey, double centreX, double centreY)
    {
        int left = (int)((centreX - 0.04) * Side), top = (int)((centreY - 0.04) * Side), width = (int)(0.08 * Side);
        return Enumerable.Range(top, width).Average(y => Enumerable.Range(left, width).Average(x => (int)grey[(y * Side) + x]));
    }
}

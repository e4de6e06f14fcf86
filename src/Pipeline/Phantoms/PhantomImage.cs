namespace ChestXray.Pipeline.Phantoms;

/// <summary>One row of the phantom label file, and what its picture must show.</summary>
/// <param name="Patient">1-based.</param>
/// <param name="FollowUp">0-based number of the patient's image.</param>
/// <param name="Findings">Bit i stands for finding i of <see cref="Pipeline.Findings.Names"/>.</param>
/// <param name="Age">Years.</param>
/// <param name="Woman">F, else M.</param>
/// <param name="FromBehind">View PA (standing), else AP (lying).</param>
internal sealed record PhantomImage(int Patient, int FollowUp, int Findings, int Age, bool Woman, bool FromBehind)
{
    /// <summary>The name as NIH forms it.</summary>
    public string FileName => $"{Patient:D8}_{FollowUp:D3}.png";

    public bool Has(int finding) => (Findings >> finding & 1) != 0;
}
